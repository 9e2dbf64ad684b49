"""Who takes a scheduled dump, and what a dump from a standby has and has not."""

import os
import time
from collections.abc import Iterator

import pytest

from ..server import Server
from .contents import contents
from .host import Host, until
from .standby import Standby

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a second server is made as the user postgres")
ODD = "Odd na.me"
CAUGHT_UP = "select count(*) from pg_stat_replication where replay_lsn = pg_current_wal_lsn() and state = 'streaming'"


def caught_up(server: Server) -> None:
    def there() -> bool:
        with server.connect() as admin:
            return admin.execute(CAUGHT_UP).fetchone() == (1,)

    until(there)


@pytest.fixture
def pair(odd: Host) -> Iterator[tuple[Host, Host]]:
    """The primary's host, and that of a standby."""
    standby = Standby(odd.server, "pg2")
    caught_up(odd.server)
    other = Host(standby, "pg2")
    for host in (odd, other):
        host.declare({ODD: {}}, order=["pg2", "pg1"])
        host.own()
    yield odd, other
    other.gone()
    standby.stop()


def test_the_primary_chooses_a_standby_that_streams_and_each_dump_is_taken_once(pair: tuple[Host, Host]) -> None:
    primary, standby = pair
    jobs = [host.begin("dump", "take", "main", ODD, "--scheduled") for host in (standby, primary)]
    said = [job.communicate(timeout=120) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], said
    assert "dumped from the standby pg2" in said[0][0]
    assert said[1] == ("", "")
    assert [len(host.dumps()) for host in pair] == [0, 1]
    assert [len(host.records()) for host in pair] == [0, 1]


def test_where_none_streams_the_primary_takes_it_itself(pair: tuple[Host, Host]) -> None:
    primary, standby = pair
    standby.server.crash()
    with standby.server.connect() as admin:
        admin.execute("alter system set primary_conninfo = ''")
        admin.execute("select pg_reload_conf()")
    with primary.server.connect() as admin:
        until(lambda: admin.execute("select count(*) from pg_stat_replication").fetchone() == (0,))
    assert "dumped from the primary pg1" in primary.dump("take", "main", ODD, "--scheduled")


def test_a_standby_follows_a_choice_once_and_waits_for_a_new_one(pair: tuple[Host, Host]) -> None:
    primary, standby = pair
    primary.dump("take", "main", ODD, "--scheduled")
    caught_up(primary.server)
    assert "dumped from the standby" in standby.dump("take", "main", ODD, "--scheduled")
    job = standby.begin("dump", "take", "main", ODD, "--scheduled")
    time.sleep(3)
    assert job.poll() is None
    primary.dump("take", "main", ODD, "--scheduled")
    assert job.wait(60) == 0
    assert len(standby.dumps()) == 2


def test_a_dump_from_a_standby_has_all_but_what_is_not_there(pair: tuple[Host, Host]) -> None:
    """A standby has no rows of unlogged tables; the dump has the table, and says that it is empty."""
    primary, standby = pair
    dump = standby.take(ODD)
    one = dump.manifest
    assert (one.duty, one.node, one.timeline) == ("standby", "pg2", 1)
    assert one.left_out == {"public.cache": "unlogged: a standby does not have it"}
    from_primary = primary.take(ODD).manifest
    assert {**(one.rows or {}), "public.cache": 50} == from_primary.rows
    assert one.system == from_primary.system
    assert one.position <= from_primary.position
    assert "sound" in standby.dump("verify", "main", dump.id)
    before = contents(primary.server, ODD)
    primary.dump("restore", "main", primary.inside(dump.directory), "--as", "back")
    found = contents(primary.server, "back")
    assert found.pop("public.cache")[0] == 0
    del before["public.cache"]
    assert found == before
    said = standby.dump("restore", "main", dump.id, "--as", "other", code=1)
    assert "this server: is a standby\n    HINT: restore on the primary" in said


def test_a_standby_that_had_to_go_on_ends_the_dump_with_the_reason(pair: tuple[Host, Host]) -> None:
    primary, standby = pair
    with standby.server.connect() as admin:
        admin.execute("alter system set max_standby_streaming_delay = '0'")
        admin.execute("select pg_reload_conf()")
    with primary.server.connect(ODD) as owner:
        owner.execute("create table big as select g from generate_series(1, 1000) g")
        caught_up(primary.server)
        with standby.stopped("steward.dump.snapshot:Snapshot.counted", "take", "main", ODD) as job:
            until(lambda: [*standby.root.glob("backups/main/.partial-*/data/toc.dat")] and standby.sessions() == 1)
            owner.execute("delete from big")
            owner.execute("vacuum big")
            caught_up(primary.server)
            (standby.root / "gate").unlink()
            said = job.communicate(timeout=60)[1]
    assert job.returncode == 1
    assert "conflict with recovery" in said
    assert "HINT: the standby had to go on; hot_standby_feedback" in said
    assert standby.left() == []
