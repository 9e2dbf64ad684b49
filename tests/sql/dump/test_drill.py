"""A drill that has nothing but dumps: it restores them in earnest, and says what is wrong with what came back."""

from dataclasses import replace

import pytest

from .host import Host


def other(host: Host) -> None:
    with host.server.connect() as admin:
        admin.execute("create database other")
    host.declare({"shop": {}, "other": {}, "some": {"tables": ["public.orders"]}})


def left(host: Host) -> list[str]:
    """What a drill has left of its server: files, and processes that work below its directory."""
    place = host.root / "drills"
    return [str(path) for path in place.rglob("*") if path.parent != place] if place.exists() else []


def test_every_database_comes_back_is_written_to_and_proved(shop: Host) -> None:
    other(shop)
    ids = {shop.take("shop").id, shop.take("other").id}
    found = shop.drill()
    assert found.ok, found.problems
    assert set(found.source["dump"].split(", ")) == ids
    assert [one.name for one in found.phases] == ["start", "restore", "first write", "proof"]
    assert found.rto == pytest.approx(sum(one.seconds for one in found.phases[:-1]), abs=0.02)
    assert found.rpo is not None and 0 <= found.rpo < 300
    assert found.phases[1].bytes and found.phases[1].bytes > 10 << 20
    said = {one.what: one.said for one in found.proof}
    assert said["shop: every table has the rows that were counted when it was dumped"] == "5100 rows in 2 tables"
    assert sum(what.startswith("other: ") for what in said) == 4
    assert left(shop) == []
    assert [(one["job"], one["kind"], one["exit"]) for one in shop.records() if one["job"] == "drill"] == [
        ("drill", "dump", 0)
    ]


def test_it_writes_as_a_server_in_earnest_does(shop: Host) -> None:
    shop.take()
    with shop.stopped("steward.drill.dumped:proved", "dump", "main", verb="drill"):
        text = (shop.root / "drills" / "main" / "data" / "data" / "pgsteward.conf").read_text()
    assert "fsync" not in text
    assert "wal_level" not in text
    with shop.stopped("steward.dump.verify:amcheck", "verify", "main"):
        text = (shop.root / "restored" / ".scratch-main" / "data" / "pgsteward.conf").read_text()
    assert "fsync = 'off'" in text


def test_a_flipped_bit_a_missing_row_and_a_broken_promise_are_named(shop: Host) -> None:
    dump = shop.take()
    manifest = dump.directory / "manifest.json"
    rows = {**(dump.manifest.rows or {}), "public.orders": 5001}
    manifest.write_text(str(replace(dump.manifest, rows=rows, begin=dump.manifest.begin - 7200)))
    shop.assertions.append({"name": "cheap.sql", "database": "shop", "sql": "select id from items where id > 98"})
    shop.declare()
    found = shop.drill(code=1)
    assert "public.orders has 5000 rows, and not 5001" in "; ".join(found.problems)
    assert "not so: cheap.sql returns no rows in shop: 2 rows: id 99; id 100" in found.problems
    assert any(one.startswith("RPO is ") for one in found.problems)

    manifest.write_text(str(dump.manifest))
    path = max((one for one in dump.data.rglob("*") if one.is_file()), key=lambda one: one.stat().st_size)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 4]) + whole[-8:])
    found = shop.drill(code=1)
    assert dump.id in found.problems[0] or "is not what was written" in found.problems[0], found.problems
    assert left(shop) == []


def test_a_database_without_a_dump_here_is_named(shop: Host) -> None:
    other(shop)
    shop.take("shop")
    found = shop.drill(code=1)
    assert found.problems == ("other: no good dump of it is on this host",)
    assert found.rto is None


def test_what_a_killed_drill_left_is_gone_after_the_next(shop: Host) -> None:
    shop.take()
    with shop.stopped("steward.drill.dumped:proved", "dump", "main", verb="drill"):
        assert left(shop)
    assert left(shop)
    assert shop.drill().ok
    assert left(shop) == []
    assert len(shop.dumps()) == 1
