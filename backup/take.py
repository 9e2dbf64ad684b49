"""A backup now, into every repository, or a dump now: by the same program that cron runs.

pyinfra inventories/prod backup/take.py                        what has changed since the last one
pyinfra inventories/prod backup/take.py --data kind=full       full, or diff: since the last full one
pyinfra inventories/prod backup/take.py --data dump=shop       a dump of that database, or of `all`
    by a standby where there is one, or by the server that --limit names; it goes to every target
"""

from pyinfra import host

from tasks import backups, dumps, failures, memory
from tasks.member import member

here = member(host)

failures.contain()
memory.keep()
if host.data.get("dump"):
    dumps.known(host.data.dump)
    dumps.taken(here, host.data.dump)
else:
    backups.take(here, host.data.get("kind", "incr"))
