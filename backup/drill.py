"""A recovery nobody needed, timed and proved. `make report` shows them all; `backup/README.md` says what they prove.

pyinfra inventories/prod backup/drill.py --data kind=restore
    the newest backup and the WAL behind it, into a server of its own on the node that is declared for it
pyinfra inventories/prod backup/drill.py --data kind=pitr
    the same, to a moment within what can be reached, chosen at random
make drill kind=disaster environment=prod
    a new cluster on the declared spare hosts, from one repository alone: it asks nothing of production's hosts

Cron begins the first two by itself where `drills` declares `when`.
"""

from pyinfra import host

from fleet.drill import BESIDE
from tasks import drills, failures, memory, reports
from tasks.member import member

here = member(host)
wanted = drills.order({key: host.data.get(key) for key in drills.KEYS})

failures.contain()
memory.keep()

if wanted.kind in BESIDE and drills.makes(here, wanted):
    drills.beside(name=f"Drill: {wanted.kind}, beside production", member=here, wanted=wanted)
    reports.drilled(name="Drill: what it came to", member=here)
