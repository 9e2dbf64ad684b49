"""What came back was tampered with, and the drill says what is wrong.

The standby's files are: backups are read from them. What is done there is undone before the drill, which then finds
it in what came back alone.
"""

import pytest

from ...backups.depot import Depot
from ...operator import eventually
from .damage import DATA, page
from .reports import drill, wrong

CHECKSUMS = "runuser -u postgres -- /usr/lib/postgresql/17/bin/pg_checksums --no-sync -D " + DATA
CHECKED = "every page has its checksum"
COUNTED = "every table has the rows that production had"
SOUND = "every table and index is sound, by pg_amcheck with every row looked up"


def tampered(drills: Depot, path: str, command: str, resealed: bool) -> None:
    """A full backup of a standby whose file was changed; the file is as before afterward. `resealed`: its pages have
    valid checksums all the same."""
    seal = f"{CHECKSUMS} --disable; {CHECKSUMS} --enable;" if resealed else ""
    stop, start = "systemctl stop postgresql@17-shop", "systemctl start postgresql@17-shop"
    streams = "select state from pg_stat_replication"
    drills.lab.ssh("d2", f"set -e; cd /; {stop}; cp -a {path} /var/tmp/true; {command}; {seal} {start}")
    eventually(lambda: drills.sql("d1", streams, "postgres"), ["streaming"], 60)
    drills.postgres("dr", "steward backup shop near full")
    drills.lab.ssh("d2", f"cd /; {stop}; mv /var/tmp/true {path}; {start}")
    eventually(lambda: drills.sql("d1", streams, "postgres"), ["streaming"], 60)


@pytest.fixture(autouse=True)
def mended(drills: Depot):  # type: ignore[no-untyped-def]
    """A sound backup for whatever comes next, of which a drill says so."""
    yield
    drills.sql("d1", "drop table if exists flipped, gone, damaged, half_built cascade")
    drills.archived("d1")
    drills.postgres("dr", "steward backup shop near full")
    code, found = drill(drills, "restore")
    assert (code, wrong(found)) == (0, {})


def test_a_flipped_bit_in_a_tables_file_is_found_by_its_checksum(drills: Depot) -> None:
    path = page(drills, "flipped")
    tampered(drills, path, f"printf '\\171' | dd of={path} bs=1 seek=12388 conv=notrunc status=none", resealed=False)
    code, found = drill(drills, "restore")
    assert code == 1
    assert f'checksum verification failed in file "{DATA}'.replace(DATA, "") in wrong(found)[CHECKED]
    assert path.rpartition("/")[2] in wrong(found)[CHECKED]
    assert any("flipped" in said or "invalid page" in said for said in wrong(found).values())


def test_a_row_that_was_deleted_is_missed(drills: Depot) -> None:
    """Its line pointer is emptied, and all checksums are valid: nothing but counting can know."""
    path = page(drills, "gone")
    empty = f"printf '\\000\\000\\000\\000' | dd of={path} bs=1 seek=28 conv=notrunc status=none"
    tampered(drills, path, empty, resealed=True)
    code, found = drill(drills, "restore")
    assert code == 1
    assert wrong(found) == {COUNTED: "shop: public.gone has 1999 rows, and production had 2000"}
    assert found["problems"] == [f"not so: {COUNTED}: shop: public.gone has 1999 rows, and production had 2000"]


@pytest.mark.long("another kind of damage")
def test_a_damaged_index_is_found_though_every_checksum_is_valid(drills: Depot) -> None:
    drills.sql("d1", "create table damaged as select g as number from generate_series(1, 1000) g")
    drills.sql("d1", "create function same(int) returns int language sql immutable as 'select $1'")
    drills.sql("d1", "create index damaged_same on damaged (same(number))")
    drills.sql("d1", "create or replace function same(int) returns int language sql immutable as 'select -$1'")
    try:
        code, found = drill(drills, "restore")
        assert code == 1
        assert wrong(found).keys() == {SOUND}
        assert 'lacks matching index tuple within index "damaged_same"' in wrong(found)[SOUND]
    finally:
        drills.sql("d1", "drop table damaged; drop function same")


@pytest.mark.long("another kind of damage")
def test_an_index_that_was_half_built_is_named(drills: Depot) -> None:
    drills.sql("d1", "create table half_built as select 1 as number from generate_series(1, 10)")
    drills.attempt("d1", "psql -d shop -c 'create unique index concurrently half on half_built (number)'")
    code, found = drill(drills, "restore")
    assert (code, wrong(found)) == (1, {"every index is valid": "shop: half"})
