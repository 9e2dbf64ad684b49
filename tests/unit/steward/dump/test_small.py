"""The small decisions around a dump: who takes it, what room it needs, which roles a scratch server gets."""

from pathlib import Path

import pytest
from hypothesis import given
from psycopg.conninfo import conninfo_to_dict

from fleet.problem import Refused
from steward.cluster import Chosen, Job
from steward.dump import databases
from steward.dump.choice import content
from steward.dump.manifest import total
from steward.dump.order import BEHIND, choice
from steward.dump.parts import Part, part
from steward.dump.patterns import Pattern, pattern
from steward.dump.programs import conninfo
from steward.dump.proof import SOME, some, split
from steward.dump.restore import beside
from steward.dump.roles import roles
from steward.dump.space import checked, expected, watched
from steward.dump.take import compress
from steward.records import lane

from .test_names import DATABASES
from .world import manifest

GB = 1 << 30


@pytest.mark.parametrize(
    ("streaming", "node"),
    [
        ({"pg_2": 0.1, "pg_3": 0.0}, "pg-2"),
        ({"pg_3": 0.0}, "pg-3"),
        ({"pg_2": BEHIND, "pg_3": 1.0}, "pg-3"),
        ({"pg_2": 3600.0}, "pg1"),
        ({"somebody": 0.0}, "pg1"),
        ({}, "pg1"),
    ],
)
def test_the_first_standby_in_order_that_streams_and_is_not_behind_takes_it(
    streaming: dict[str, float], node: str
) -> None:
    assert choice(("pg-2", "pg-3", "pg1"), "pg1", streaming) == node


def test_after_a_failover_the_new_primary_is_asked_last() -> None:
    assert choice(("pg2", "pg3", "pg1"), "pg2", {"pg3": 0.0, "pg1": 0.0}) == "pg3"
    assert choice(("pg2", "pg1"), "pg2", {"pg1": 0.0}) == "pg1"


def test_the_next_dump_is_as_large_as_the_last_and_has_grown_as_the_database_has() -> None:
    last = manifest(size=GB, files=None, database_size=8 * GB)
    assert expected(last, 8 * GB, "gzip:6") == pytest.approx(1.1 * GB, rel=1e-6)
    assert expected(last, 16 * GB, "gzip:6") == pytest.approx(2.2 * GB, rel=1e-6)
    assert expected(last, 4 * GB, "gzip:6") == pytest.approx(1.1 * GB, rel=1e-6)
    assert expected(None, 8 * GB, "gzip:6") == 4 * GB
    assert expected(None, 8 * GB, "none") == 8 * GB


def test_room_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    checked(tmp_path, 1, 0)
    watched(tmp_path, 0)
    with pytest.raises(Refused, match=r"free, and the dump needs about 1024 PB|TB and 1 GB that stay free"):
        checked(tmp_path, 1 << 60, GB)
    with pytest.raises(Refused, match="that stay free\n    HINT: nothing of the dump was kept"):
        watched(tmp_path, 1 << 60)


def test_what_a_dump_is_called_by_what_is_chosen() -> None:
    assert content(Chosen()) == "whole"
    assert content(Chosen("schema")) == "schema"
    assert content(Chosen("data", tables=("a",))) == "data"
    for one in (Chosen(tables=("a",)), Chosen(without=("a",)), Chosen(without_rows=("a",))):
        assert content(one) == "part"


@pytest.mark.parametrize(
    ("declared", "version", "words"),
    [("gzip:6", 15, "6"), ("gzip:6", 16, "gzip:6"), ("zstd:3", 18, "zstd:3"), ("none", 14, "0"), ("none", 17, "0")],
)
def test_each_version_has_its_own_words_for_compression(declared: str, version: int, words: str) -> None:
    assert compress(declared, version) == words


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("orders", Pattern(None, "^(orders)$")),
        ("Orders", Pattern(None, "^(orders)$")),
        ('"Orders"', Pattern(None, "^(Orders)$")),
        ("sales.*", Pattern("^(sales)$", "^(.*)$")),
        ("a?b.c$d", Pattern("^(a.b)$", "^(c\\$d)$")),
        ('"Odd na.me"."a ""b"" *"', Pattern("^(Odd na\\.me)$", '^(a "b" \\*)$')),
        ("shop.sales.orders", Pattern("^(sales)$", "^(orders)$")),
        ("log_(2025|2026)", Pattern(None, "^(log_(2025|2026))$")),
    ],
)
def test_a_pattern_means_what_pg_dump_takes_it_for(text: str, meaning: Pattern) -> None:
    assert pattern(text) == meaning


@given(DATABASES)
def test_no_letter_of_a_databases_name_has_a_meaning_in_a_connection_string(name: str) -> None:
    assert conninfo_to_dict(conninfo(name)) == {"dbname": name}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("public.orders", ("public", "orders")),
        ('"public"."orders"', ("public", "orders")),
        ('"Odd na.me"."a ""b"""', ("Odd na.me", 'a "b"')),
        ('"a\nb".c', ("a\nb", "c")),
    ],
)
def test_a_name_is_taken_apart_however_it_is_quoted(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


def test_of_many_problems_the_first_are_told() -> None:
    assert some(["a"]) == ["a"]
    assert some(map(str, range(SOME))) == [str(number) for number in range(SOME)]
    assert some(map(str, range(100)))[-2:] == [str(SOME - 1), f"and {100 - SOME} more of the kind"]


def test_a_part_is_a_schema_or_a_table() -> None:
    assert part("", "") == Part()
    assert part("sales", "") == Part("sales")
    assert part("", "sales.orders") == Part("sales", "orders")
    with pytest.raises(Refused, match="does not say where it is"):
        part("", "orders")
    with pytest.raises(Refused, match="has its schema in its name"):
        part("sales", "sales.orders")
    rows = {"sales.orders": 1, "sales.items": 2, '"Sales".orders': 3}
    one = manifest(rows=rows)
    assert Part().of(one).rows == rows
    assert Part("sales").of(one).rows == {"sales.orders": 1, "sales.items": 2}
    assert Part("sales", "orders").of(one).rows == {"sales.orders": 1}


def test_a_scratch_server_gets_roles_and_no_tablespace() -> None:
    text = r"""
\restrict abc
SET client_encoding = 'UTF8';
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER;
CREATE ROLE "tablespace; owner";
COMMENT ON ROLE "tablespace; owner" IS 'CREATE TABLESPACE x LOCATION ''/x'';';
GRANT a TO b GRANTED BY postgres;
CREATE TABLESPACE fast OWNER a LOCATION '/srv/fast';
ALTER TABLESPACE fast SET (random_page_cost = 1);
COMMENT ON TABLESPACE fast IS 'fast';
GRANT ALL ON TABLESPACE fast TO a;
\unrestrict abc
"""
    assert [one.split()[:3] for one in roles(text)] == [
        ["SET", "client_encoding", "="],
        ["ALTER", "ROLE", "postgres"],
        ["CREATE", "ROLE", '"tablespace;'],
        ["COMMENT", "ON", "ROLE"],
        ["GRANT", "a", "TO"],
    ]


@pytest.mark.parametrize(
    ("locale", "version", "words"),
    [
        ({"provider": "c", "collate": "C", "ctype": "C"}, 14, "lc_collate = 'C' lc_ctype = 'C'"),
        ({"provider": "c", "collate": "C", "ctype": "C"}, 15, "lc_collate = 'C' lc_ctype = 'C' locale_provider = libc"),
        (
            {"provider": "i", "collate": "C", "ctype": "C", "locale": "de"},
            16,
            "lc_collate = 'C' lc_ctype = 'C' locale_provider = icu icu_locale = 'de'",
        ),
        (
            {"provider": "b", "collate": "C", "ctype": "C", "locale": "C.UTF-8"},
            17,
            "lc_collate = 'C' lc_ctype = 'C' locale_provider = builtin builtin_locale = 'C.UTF-8'",
        ),
    ],
)
def test_a_database_compares_texts_as_before(locale: dict[str, str], version: int, words: str) -> None:
    made = databases.creation(manifest(locale=locale), 'a "b"', version, "shop")
    before = """create database "a ""b\""" template = template0 encoding = 'UTF8' """
    assert made.replace(" = ", " ").split() == f'{before}{words} owner = "shop"'.replace(" = ", " ").split()


@given(DATABASES)
def test_what_is_put_aside_keeps_as_much_of_its_name_as_there_is_room_for(name: str) -> None:
    aside = beside(name)
    assert len(aside.encode()) <= 63
    kept, _, stamp = aside.rpartition("_before_")
    assert name.startswith(kept)
    assert len(stamp) == 16


def test_dumps_do_not_wait_for_backups_nor_restores_for_dumps() -> None:
    take, verify = Job("dump-take", "shop", "", "", 0), Job("dump-verify", "", "", "", 0)
    assert lane(take) == lane(verify)
    others = [Job("backup", "near", "full", "", 0), Job("restore", "", "dump", "", 0), Job("dump-send", "a", "", "", 0)]
    assert len({lane(take), *map(lane, others), lane(Job("dump-send", "b", "", "", 0))}) == 5
    assert take.file == "dump-take-shop"
    assert Job("dump-take", "a/../b", "", "", 0).file == "dump-take-a%2F..%2Fb"


def test_a_sum_is_of_all_but_itself() -> None:
    assert total({"a": 1}) == total({"a": 1, "sum": "x"}) != total({"a": 2})
