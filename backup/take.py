"""A backup now, into every repository, by the same program that cron runs.

pyinfra inventories/prod backup/take.py                        what has changed since the last one
pyinfra inventories/prod backup/take.py --data kind=full       full, or diff: since the last full one
"""

from pyinfra import host

from tasks import backups, failures, memory
from tasks.member import member

failures.contain()
memory.keep()
backups.take(member(host), host.data.get("kind", "incr"))
