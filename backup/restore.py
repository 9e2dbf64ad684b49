"""What was lost comes back: beside production, or in the place of it. `backup/README.md` has the runbooks.

pyinfra inventories/prod backup/restore.py --limit pg2 --data time='2026-11-21 12:00:00+00'
    into a server of its own on pg2, with its own directory and port; production is not touched
pyinfra inventories/prod backup/restore.py --limit pg1 --data time=… --data table=shop.public.orders
    one table, into the running database as restored.orders (on the primary)
pyinfra inventories/prod backup/restore.py --data in_place=shop --data time='2026-11-21 12:00:00+00'
    the whole cluster shop, whose name is typed because it is replaced: then the deploy's own story, a standby made
    anew after the other, and a full backup. The old data is kept aside. Onto fresh hosts it is the same command.

pyinfra inventories/prod backup/restore.py --limit pg1 --data dump=latest --data database=shop --data as=shop_yesterday
    a dump of pg1, by its id or the latest, or a directory of this machine (dump=./20261121T020000Z-shop), into the
    running server; besides: schema, table, jobs, and replace=shop, which puts the one that is there aside by its name

Where to: one of time, lsn, xid, name (a restore point), set (a backup); without any, the end of the archive.
Besides: repository, timeline, exclusive=yes, database (that one alone).
"""

from pyinfra import host, local

from tasks import dump_restores, failures, memory, reports, restores
from tasks.member import member

here = member(host)
given = {key: host.data.get(key) for key in {*restores.KEYS, *dump_restores.KEYS}}

if given["dump"]:
    dump = dump_restores.order(given)
    failures.contain()
    memory.keep()
    if here == dump_restores.chosen():
        dump_restores.restored(name="Restore: the dump comes back", member=here, wanted=dump)
        reports.restored(name="Restore: what came of it", member=here)
else:
    wanted = restores.order(given)
    if not wanted.in_place:
        failures.contain()
        memory.keep()
        if here == restores.chosen(wanted):
            restores.beside(name="Restore: it comes back beside production", member=here, wanted=wanted)
            reports.restored(name="Restore: what came of it", member=here)
    elif here.cluster_name == wanted.in_place:
        local.include("deploy.py")
