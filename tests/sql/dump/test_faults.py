"""What goes wrong with dumps, one thing at a time: nothing half is left, the last good one stays, and it is told."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import disk_usage

import pytest

from steward.dump import store

from ...tiers import ANOTHER_CASE, ANOTHER_MOMENT, one_first
from .contents import contents
from .host import Host, until

TAKING = {
    "begun": "steward.dump.take:globals_of",
    "dumping": "steward.dump.take:dumped",
    "counting": "steward.dump.snapshot:Snapshot.count",
    "read back": "steward.dump.take:toc.held",
    "hashing": "steward.dump.take:hashed",
    "described": "steward.dump.take:described",
    "written": "steward.dump.take:store.sync",
}
VERIFYING = {
    "begun": "steward.dump.scratch:made",
    "initdb is done": "steward.dump.scratch:asked.isolated",
    "restoring": "steward.dump.verify:restored",
    "counting": "steward.dump.proof:rows",
    "amcheck": "steward.dump.verify:amcheck",
    "written": "steward.dump.verify:store.mark",
}
RESTORING = {
    "made": "steward.dump.restore:poured",
    "poured": "steward.dump.restore:properties",
    "proven": "steward.dump.restore:called",
}


def processes(host: Host) -> list[str]:
    """Whatever runs with this host's directory among its words."""
    said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if host.inside(host.root) in line]


@pytest.mark.parametrize("gate", one_first(TAKING.values(), TAKING["hashing"], reason=ANOTHER_MOMENT), ids=TAKING)
def test_a_killed_dump_leaves_nothing_that_counts_and_the_next_one_cleans_up(shop: Host, gate: str) -> None:
    before = shop.take()
    with shop.stopped(gate, "take", "main", "shop"):
        pass
    assert [one.id for one in shop.dumps()] == [before.id]
    until(lambda: shop.sessions() == 0 and not processes(shop))
    assert len(shop.left()) == 1
    after = shop.take()
    assert shop.left() == []
    assert after.manifest.sequence == 2
    assert [one["exit"] for one in shop.records()] == [0, -9, 0]


def test_pg_dump_does_not_outlive_a_killed_dump(shop: Host) -> None:
    """It waits for a lock, and would for minutes."""
    with shop.server.connect("shop") as other:
        other.execute("begin; lock table orders")
        process = shop.begin("dump", "take", "main", "shop")
        until(lambda: shop.waiting() == 2)
        process.kill()
        process.communicate()
        until(lambda: not processes(shop))
    until(lambda: shop.sessions() == 0)
    shop.take()
    assert shop.left() == []


@pytest.mark.parametrize("number", one_first([signal.SIGTERM, signal.SIGINT], signal.SIGTERM, reason=ANOTHER_CASE))
def test_a_dump_that_is_told_to_end_cleans_up_itself(shop: Host, number: int) -> None:
    with shop.server.connect("shop") as other:
        other.execute("begin; lock table orders")
        process = shop.begin("dump", "take", "main", "shop")
        until(lambda: shop.waiting() == 2)
        process.send_signal(number)
        said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "Traceback" not in said[1]
        assert shop.left() == []
        assert [one["exit"] for one in shop.records()] == [1]
        assert not processes(shop)
    until(lambda: shop.sessions() == 0)


@pytest.mark.parametrize(
    "gate", one_first(VERIFYING.values(), VERIFYING["counting"], reason=ANOTHER_MOMENT), ids=VERIFYING
)
def test_a_killed_verification_leaves_no_server_behind_after_the_next(shop: Host, gate: str) -> None:
    dump = shop.take()
    with shop.stopped(gate, "verify", "main", dump.id):
        pass
    assert shop.dumps()[0].verified is None
    assert shop.dump("verify", "main").startswith(f"{dump.id}: sound")
    assert list((shop.root / "restored").iterdir()) == []
    assert not processes(shop)


def test_the_next_dump_ends_the_server_that_a_killed_verification_left(shop: Host) -> None:
    dump = shop.take()
    with shop.stopped(VERIFYING["amcheck"], "verify", "main", dump.id):
        pass
    assert processes(shop)
    shop.take()
    assert list((shop.root / "restored").iterdir()) == []
    until(lambda: not processes(shop))


@pytest.mark.parametrize(
    "gate", one_first(RESTORING.values(), RESTORING["poured"], reason=ANOTHER_MOMENT), ids=RESTORING
)
def test_a_killed_restore_changes_nothing_and_the_next_cleans_up(shop: Host, gate: str) -> None:
    dump, before = shop.take(), contents(shop.server, "shop")
    with shop.stopped(gate, "restore", "main", dump.id, "--replace", "shop"):
        pass
    assert contents(shop.server, "shop") == before
    until(lambda: not processes(shop))
    shop.dump("restore", "main", dump.id, "--as", "back")
    with shop.server.connect() as admin:
        names = {name for (name,) in admin.execute("select datname from pg_database where not datistemplate")}
    assert names == {"postgres", "shop", "back"}


@pytest.mark.parametrize("words", [("take", "main", "shop"), ("verify", "main"), ("restore", "main", "latest")])
def test_of_two_at_once_the_second_gives_way(shop: Host, words: tuple[str, ...]) -> None:
    shop.take()
    gates = {"take": TAKING["hashing"], "verify": VERIFYING["begun"], "restore": RESTORING["made"]}
    more = ("--database", "shop", "--as", "back") if words[0] == "restore" else ()
    with shop.stopped(gates[words[0]], *words, *more):
        assert "is under way already" in shop.dump(*words, *more, code=75)
    assert len(shop.dumps()) == 1


def test_dumps_of_two_databases_are_taken_one_after_the_other(shop: Host) -> None:
    shop.declare({"shop": {}, "postgres": {}})
    with shop.server.connect("shop") as other:
        other.execute("begin; lock table orders")
        first = shop.begin("dump", "take", "main", "shop")
        until(lambda: shop.waiting() == 2)
        second = shop.begin("dump", "take", "main", "postgres")
        time.sleep(2)
        assert second.poll() is None
        assert len(list((shop.root / "backups" / "main").glob(".partial-*"))) == 1
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert len(shop.dumps()) == 2


@pytest.fixture
def small(shop: Host) -> Iterator[Path]:
    """A disk of 8 MB under the dumps."""
    if os.geteuid() != 0:
        pytest.skip("mounting is root's")
    place = shop.root / "backups"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", place], check=True)
    try:
        shop.own()
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def fill(host: Host) -> None:
    """Over 10 MB, compressed."""
    with host.server.connect("shop") as owner:
        owner.execute("create table noise as select md5(g::text) from generate_series(1, 600000) g")


def test_a_full_disk_leaves_no_half_dump_and_no_lock(shop: Host, small: Path) -> None:
    before = shop.take()
    fill(shop)
    forget_growth(before.directory, shop)
    said = shop.dump("take", "main", "shop", code=1)
    assert "No space left on device" in said
    assert "HINT: nothing of the dump was kept; make room" in said
    assert [one.id for one in shop.dumps()] == [before.id]
    assert shop.left() == []
    with shop.server.connect("shop") as owner:
        owner.execute("drop table noise")
    shop.take()


def forget_growth(directory: Path, host: Host) -> None:
    """As if the last dump had been of a database as large as this one is now."""
    with host.server.connect() as admin:
        size = admin.execute("select pg_database_size('shop')").fetchone()[0]  # type: ignore[index]
    found = store.opened(directory)
    (directory / "manifest.json").write_text(str(replace(found.manifest, database_size=size)))
    host.own()


def test_a_dump_that_would_not_fit_is_not_begun(shop: Host, small: Path) -> None:
    before = shop.take()
    shop.declare(reserve=disk_usage(small).free - (12 << 10))
    said = shop.dump("take", "main", "shop", code=1)
    assert " free, and the dump needs about " in said
    assert "that stay free\n    HINT: a larger disk" in said
    shop.declare(reserve=1 << 30)
    assert " free, less than the 1 GB that stay free\n    HINT: " in shop.dump("take", "main", "shop", code=1)
    assert [one.id for one in shop.dumps()] == [before.id]
    assert shop.left() == []


def test_a_dump_ends_where_something_else_fills_the_disk(shop: Host, small: Path) -> None:
    shop.take()
    shop.declare(reserve=256 << 10)
    with shop.server.connect("shop") as other:
        other.execute("begin; lock table orders")
        process = shop.begin("dump", "take", "main", "shop")
        until(lambda: shop.waiting() == 2)
        (small / "other").write_bytes(os.urandom(7900 << 10))
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "less than the 256 kB that stay free" in said
    assert shop.left() == []


def test_a_verification_that_has_no_room_proves_nothing(shop: Host) -> None:
    dump = shop.take()
    shop.declare(reserve=1 << 60)
    assert "free, and the dump needs" in shop.dump("verify", "main", code=1)
    assert shop.dumps()[0].verified is None
    assert list((shop.root / "restored").iterdir()) == []
    assert dump.directory.exists()


def test_a_clock_that_jumps_back_makes_no_name_twice_and_loses_nothing(shop: Host) -> None:
    first = shop.take()
    later = first.directory.with_name(first.id.replace(first.id[:4], "2096"))
    first.directory.rename(later)
    one = store.opened(later).manifest
    ahead = replace(one, id=later.name, begin=one.begin + 70 * 366 * 86400, end=one.end + 70 * 366 * 86400)
    (later / "manifest.json").write_text(str(ahead))
    shop.declare(retention={"last": 1, "days": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0})
    second = shop.take()
    assert [one.id for one in shop.dumps()] == [second.id]
    assert second.manifest.sequence == 2


def test_a_server_that_is_down_is_told(shop: Host) -> None:
    shop.declare()
    shop.sockets = shop.root
    said = shop.dump("take", "main", "shop", code=1)
    assert "pg_dumpall: error: connection to server" in said
    assert shop.left() == []
