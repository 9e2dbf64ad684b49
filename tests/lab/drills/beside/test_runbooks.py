"""Each runbook is followed, command by command, after what it is about has really happened."""

import re
import shutil
import time
from pathlib import Path

from lab import faults, life

from ...backups.depot import Depot
from ...operator import eventually
from .damage import page
from .runbook import Runbook, pages

STREAMS = "select state from pg_stat_replication"


def moment(drills: Depot) -> str:
    """A moment between what was and what happens next."""
    time.sleep(2.2)
    found = drills.sql("d1", "select clock_timestamp()")[0]
    time.sleep(2.2)
    return found


def whole(drills: Depot) -> None:
    """Production stands, and its standby follows."""
    eventually(lambda: drills.sql("d1", STREAMS, "postgres"), ["streaming"], 60)


def test_a_dropped_table(drills: Depot) -> None:
    book = Runbook(drills, "dropped-table.md")
    at = moment(drills)
    drills.sql("d1", "drop table orders")
    said = book.run("pyinfra", MOMENT=at)
    assert re.search(r"it holds everything up to .*proved by the rows around it", said)
    name = book.run("pg2$ steward restore list").strip()
    book.run("pg2$ steward restore tidy", NAME=name)
    assert "20000 rows are in" in book.run("pyinfra", MOMENT=at)
    book.run("pg1$")
    book.done()
    assert drills.sql("d1", "select count(*) from orders") == ["20000"]


def test_a_wrong_migration(drills: Depot) -> None:
    book = Runbook(drills, "wrong-migration.md")
    book.run("pg1$")
    drills.sql("d1", "update orders set lines = 0")
    drills.archived("d1")
    said = book.run("pyinfra")
    assert "restored to name before-release" in said
    name = book.run("pg1$ steward restore list").split()[-1]
    book.run("pg1$ steward restore tidy", NAME=name)
    book.done()
    assert drills.sql("d1", "select count(*) from orders where lines = 0") == ["0"]
    whole(drills)


def test_a_corrupted_page(drills: Depot) -> None:
    book = Runbook(drills, "corrupted-page.md")
    path = page(drills, "rotten")
    restart = "systemctl {} postgresql@17-shop"
    flip = f"printf 'rotten' | dd of={path} bs=1 seek=8500 conv=notrunc status=none"
    drills.lab.ssh("d2", f"{restart.format('stop')}; {flip}; {restart.format('start')}")
    whole(drills)
    book.run("pg1$")
    assert "pg_amcheck found damage" in book.run("pg2$", fails=True)
    for begins in ("pg2$ systemctl stop", "pg2$ mv", "make deploy", "pg2$", "pg2$", "pyinfra"):
        book.run(begins)
    book.done()
    drills.sql("d1", "drop table rotten")
    whole(drills)


def test_a_disk_full_of_wal(drills: Depot) -> None:
    """A standby is away, and the disk has no room."""
    book = Runbook(drills, "disk-full-of-wal.md")
    faults.power_cut(drills.lab.plan, "d2")
    drills.sql("d1", "create table filling as select g from generate_series(1, 100000) g")
    assert "d2" in book.run("make status", fails=True)
    eventually(lambda: "d2|f|" in drills.sql("d1", "select slot_name, active, '' from pg_replication_slots")[0], True)
    assert "d2" in book.run("pg1$")
    book.run("pg1$")
    book.run("pg1$ df")
    faults.fill(drills.lab.plan, "d1")
    drills.attempt("d1", "psql -d shop -c 'insert into filling select g from generate_series(1, 3000000) g'")
    faults.unfill(drills.lab.plan, "d1")
    drills.lab.attempt("d1", "systemctl start postgresql@17-shop")  # the page's own way comes after its slot
    eventually(lambda: drills.attempt("d1", "psql -XAtc 'select 1'")[0], 0, 60)
    book.run("pg1$")
    assert drills.sql("d1", "select count(*) from pg_replication_slots", "postgres") == ["0"]
    book.run("pg1$ runuser --pty -u postgres -- psql -c checkpoint")
    book.run("pg1$ steward restore list")
    book.run("pg1$ systemctl start")
    book.run("make status", fails=True)  # the standby is still away
    book.done()
    faults.start(drills.lab.plan, "d2")
    drills.sql("d1", "drop table filling")
    drills.operator.deploy()
    whole(drills)


def test_a_repository_is_lost(drills: Depot) -> None:
    book = Runbook(drills, "repository-lost.md")
    life.reset(drills.lab.plan, "dr")
    book.run("make deploy")
    eventually(lambda: drills.check("dr", "shop"), [], 150)
    book.run("make status")
    label = drills.lab.ssh("dr", "ls /var/lib/pgbackrest/backup/shop | grep F$ | tail -n 1").strip()
    big = f"find /var/lib/pgbackrest/backup/shop/{label} -type f -path '*bundle*' | xargs ls -S | head -n 1"
    path = drills.lab.ssh("dr", big).strip()
    drills.lab.ssh("dr", f"printf '\\377\\000' | dd of={path} bs=1 seek=90000 conv=notrunc status=none")
    assert label in book.run("backup1$", fails=True)
    book.run("pyinfra")
    book.run("backup1$", fails=True)  # until the retention lets the damaged one go
    book.done()
    for _ in range(2):
        drills.postgres("dr", "steward backup shop near full")
    drills.postgres("dr", "steward verify shop near")


def test_an_object_store_is_lost(drills: Depot) -> None:
    book = Runbook(drills, "object-store-lost.md")
    faults.s3_stop(drills.lab.plan)
    pushes = "pgrep -f '[a]rchive-push:async' > /dev/null && echo yes; true"
    eventually(
        lambda: drills.lab.ssh("d1", pushes), "", 150
    )  # one that knows the stanza would write into the new bucket
    top = drills.lab.directory / "s3" / "data" / "backups"
    shutil.rmtree(top)
    top.mkdir()
    faults.s3_start(drills.lab.plan)
    book.run("make deploy")
    eventually(lambda: drills.check("dr", "shop"), [], 150)
    book.run("make status")
    assert "from near, backup" in book.run("pg1$")
    book.done()


def test_everything_is_lost(drills: Depot) -> None:
    book = Runbook(drills, "everything-lost.md")
    drills.archived("d1")
    for node in ("d1", "d2", "dr"):
        life.reset(drills.lab.plan, node)
    assert "far holds backups of shop" in book.run("make deploy", fails=True)
    assert "restored to the end of the archive from far" in book.run("pyinfra")
    book.run("make verify")
    eventually(lambda: drills.check("d1", "shop") + drills.check("dr", "shop"), [], 150)
    book.run("make status")
    book.done()
    assert drills.sql("d1", "select count(*) from orders") == ["20000"]


def test_every_page_has_its_test() -> None:
    followed = (Path(__file__), *(Path(__file__).parent.parent / "live").glob("test_*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in followed)
    assert [page.name for page in pages() if f'"{page.name}"' not in text] == []
