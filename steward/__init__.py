"""The program that database hosts run by themselves, as the user postgres: from cron, as a service, for a deploy.

Debian's own python3 (3.10 and newer) with python3-psycopg is all that it needs. It imports of `fleet/` only what itself
needs nothing but the standard library: a host gets those modules with it, in one file (`tasks/steward.py`).
"""
