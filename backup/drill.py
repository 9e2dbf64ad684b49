"""A recovery nobody needed, timed and proved. `make report` shows them all; `backup/drills.md` says what they prove.

pyinfra inventories/prod backup/drill.py --data kind=restore
    the newest backup and the WAL behind it, into a server of its own on the node that is declared for it
pyinfra inventories/prod backup/drill.py --data kind=pitr
    the same, to a moment within what can be reached, chosen at random
pyinfra inventories/prod backup/drill.py --data kind=dump
    the newest dump of each database, into a server made for it
make drill kind=disaster environment=prod cluster=shop
    a new cluster on the declared spare hosts, from one repository alone: it asks nothing of production's hosts
make ready environment=prod cluster=shop
    those spare hosts have its packages already when it begins
pyinfra inventories/prod backup/drill.py --data kind=failover --data cluster=shop
    the primary is killed under a client that writes, a standby promoted, the node made anew, and all put back
pyinfra inventories/prod backup/drill.py --data kind=switchover --data cluster=shop
    the primary and a standby change places, and change back
pyinfra inventories/prod backup/drill.py --data kind=node --data cluster=shop --data standby=pg3
    a standby loses its data, and is made anew

Cron begins the first three by itself where `drills` declares `when`.
"""

from pathlib import Path

from pyinfra import host, local

from fleet.drill import LIVE
from tasks import drills, failures, memory, packages, refusals, reports, restores, system
from tasks.live import drills as live
from tasks.live import orders
from tasks.member import member

here = member(host)
wanted = drills.order(orders.typed())
spare = bool(here.cluster.backups and here.cluster.backups.read_only)
drill = orders.drilling() if wanted.kind in LIVE else None

failures.contain(drill.halfway if drill else None)
memory.keep()

if drills.makes(here, wanted):
    drills.beside(name=f"Drill: {wanted.kind}, beside production", member=here, wanted=wanted)
    reports.drilled(name="Drill: what it came to", member=here)

if drill and here.cluster_name == drill.act.cluster and here.duty != "repository":
    live.of(here, drill)

if wanted.step == "ready" and spare:
    refusals.early(here)
    drills.spared(name="Spare hosts: they have nothing of anybody's", member=here, marked=False)
    system.quiet()
    packages.needed(here)
if wanted.step == "recover" and spare:
    drills.spared(name="Drill: the hosts are spare", member=here, marked=True)
    restores.order({"in_place": here.cluster_name})
    local.include("deploy.py")
if wanted.step == "conclude" and spare and here.duty == "primary":
    drills.concluded(name="Drill: what came back proves itself", member=here, order=Path(wanted.file).read_text())
    drills.brought(name="Drill: its report comes here", member=here, file=wanted.file)
if wanted.step == "clear" and spare:
    drills.cleared(name="Drill: the hosts are spare again", member=here)
if wanted.step == "keep" and not spare and here.duty == "primary" and here.cluster_name == wanted.cluster:
    drills.kept(name="Drill: its report is kept", member=here, report=Path(wanted.file).read_text())
