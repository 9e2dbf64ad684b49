"""Dumps on a real server: taken, proven by restoring them, and back again with all that was in them."""

import json
import os
import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fleet.sql import identifier

from .contents import contents, hashed
from .host import Host, until

ODD = "Odd na.me"
UNLOGGED = "public.cache"


def make(host: Host, name: str, statement: str) -> None:
    with host.server.connect() as admin:
        admin.execute(f"create database {identifier(name)}")
    with host.server.connect(name) as admin:
        admin.execute(statement)


def databases(host: Host) -> set[str]:
    with host.server.connect() as admin:
        return {name for (name,) in admin.execute("select datname from pg_database where not datistemplate")}


def test_a_dump_is_taken_with_what_was_true_of_it(shop: Host) -> None:
    said = shop.dump("take", "main", "shop")
    assert re.fullmatch(
        r"shop: dumped from the primary pg1 in .* s, .* kB of .* MB, 2 tables with 5100 rows: \d{8}T\d{6}Z-shop\n", said
    )
    [dump] = shop.dumps()
    one = dump.manifest
    assert one.rows == {"public.items": 100, "public.orders": 5000}
    assert (one.duty, one.content, one.owner, one.encoding, one.left_out) == ("primary", "whole", "shop", "UTF8", {})
    assert (one.version, one.timeline, one.jobs) == (shop.server.version, 1, 2)
    assert {path.split("/")[0] for path in one.files or {}} == {"data", "globals.sql"}
    assert one.size == sum(
        path.stat().st_size for path in dump.directory.rglob("*") if path.name != "manifest.json"
    ) - ((dump.directory / "data").stat().st_size)
    assert shop.left() == []
    assert [(one["job"], one["database"], one["exit"], one["id"]) for one in shop.records()] == [
        ("dump-take", "shop", 0, dump.id)
    ]
    assert (
        'pgsteward_dump_take_exit_code{cluster="main",database="shop"} 0'
        in (shop.root / "metrics" / "pgsteward-main-dump-take-shop.prom").read_text()
    )


def test_nobody_else_can_read_it(shop: Host) -> None:
    dump = shop.take()
    for path in [dump.directory, *dump.directory.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    [metrics] = (shop.root / "metrics").iterdir()
    assert metrics.stat().st_mode & 0o004, "the node exporter is another user"


def test_passwords_are_in_it_only_where_that_is_declared(shop: Host) -> None:
    with shop.server.connect() as admin:
        admin.execute("alter role shop password 'not to be seen'")
    assert "SCRAM" not in shop.take().globals.read_text()
    shop.declare(passwords=True)
    assert "SCRAM-SHA-256" in shop.take().globals.read_text()


@pytest.mark.parametrize("kind", ["directory", "custom"])
def test_what_comes_back_is_what_went_in(odd: Host, kind: str) -> None:
    """A database with something of everything, under another name, and by its own name where it is gone."""
    odd.declare({ODD: {}}, kind=kind)
    before = contents(odd.server, ODD)
    dump = odd.take(ODD)
    assert dump.id.endswith("Z-Odd~20na.me")
    assert "sound" in odd.dump("verify", "main", dump.id), dump.manifest
    assert odd.dumps()[0].verified
    odd.dump("restore", "main", dump.id, "--as", 'an "other" name', "--jobs", "2")
    assert contents(odd.server, 'an "other" name') == before
    with odd.server.connect() as admin:
        admin.execute(f'drop database "{ODD}"')
    odd.dump("restore", "main", dump.id)
    assert contents(odd.server, ODD) == before
    row = """select shobj_description(oid, 'pg_database'), pg_get_userbyid(datdba), datacl::text,
        (select array_agg(setconfig::text order by setconfig::text) from pg_db_role_setting where setdatabase = d.oid)
        from pg_database d where datname = %s"""
    with odd.server.connect() as admin:
        for name in (ODD, 'an "other" name'):
            comment, owner, rights, settings = admin.execute(row, (name,)).fetchone() or ()
            assert (comment, owner) == ("it's odd", "Odd owner")
            assert "reader=c" in rights
            assert settings == ["{search_path=sales}", "{work_mem=8MB}"]


def test_rows_are_counted_of_every_table_that_has_them(odd: Host) -> None:
    one = odd.take(ODD).manifest
    assert one.rows == {
        '"Odd na.me"."a ""quoted"" table"': 300,
        '"Odd na.me"."zeile\nzwei"': 2,
        "public.cache": 50,
        "public.children": 1,
        "public.computed": 100,
        "public.customers": 500,
        "public.events_2025": 213,
        "public.events_2026": 187,
        "public.late": 1,
        "public.moods": 2,
        "public.parents": 3,
        "public.secrets": 70,
        "sales.orders": 2000,
    }
    assert one.large_objects == 2
    assert one.unvalidated == ("public.late positive",)
    assert set(one.extensions) == {"plpgsql", "citext", "amcheck", "file_fdw"}


def test_one_schema_comes_back_without_the_others(odd: Host) -> None:
    before = contents(odd.server, ODD, "sales")
    dump = odd.take(ODD)
    odd.dump("restore", "main", dump.id, "--as", "back", "--schema", "sales")
    found = contents(odd.server, "back")
    assert {name: found[name] for name in before} == before
    assert [name for name in found if "." in name and not name.startswith("sales.")] == []
    assert not any("REFERENCES" in one for one in found["definitions"])
    assert ("sales", "orders_id_seq", 2000) in found["sequences"]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("sales.orders", "sales.orders"),
        ("public.customers", "public.customers"),
        ('Odd na.me.a "quoted" table', '"Odd na.me"."a ""quoted"" table"'),
        ("public.moods", "public.moods"),
        ("public.events", "public.events_2025"),
        ("public.events_2025", "public.events_2025"),
        ("public.children", "public.children"),
    ],
)
def test_one_table_comes_back_without_the_others(odd: Host, table: str, name: str) -> None:
    before = contents(odd.server, ODD)
    dump = odd.take(ODD)
    words = ["--schema", "Odd na.me"] if table.startswith("Odd") else ["--table", table]
    odd.dump("restore", "main", dump.id, "--as", "back", *words)
    found = contents(odd.server, "back")
    assert found[name] == before[name]
    indexes = [one for one in before["definitions"] if one.startswith("CREATE") and f" ON {name} " in one]
    assert set(indexes) <= set(found["definitions"])
    rows = {one: count[0] for one, count in found.items() if "." in one and count[0]}
    assert set(rows) <= {name, "public.events_2025", "public.events_2026", '"Odd na.me"."zeile\nzwei"'}


def test_a_database_that_has_anything_in_it_is_not_overwritten(shop: Host) -> None:
    dump = shop.take()
    before = contents(shop.server, "shop")
    said = shop.dump("restore", "main", dump.id, code=1)
    assert (
        "shop: exists, and is not empty\n    HINT: restore it under another name (--as), or put that one aside" in said
    )
    said = shop.dump("restore", "main", dump.id, "--replace", "other", code=1)
    assert "is other, and the dump becomes shop" in said
    make(shop, "functions", "create function f() returns int language sql as 'select 1'")
    assert "functions: exists, and is not empty" in shop.dump("restore", "main", dump.id, "--as", "functions", code=1)
    assert "postgres is the server's own" in shop.dump("restore", "main", dump.id, "--as", "postgres", code=1)
    assert contents(shop.server, "shop") == before
    assert databases(shop) == {"postgres", "shop", "functions"}


def test_one_that_was_named_is_put_aside_while_others_use_it(shop: Host) -> None:
    dump, before = shop.take(), contents(shop.server, "shop")
    user = shop.server.connect("shop")
    user.execute("delete from orders")
    user.execute("begin")
    said = shop.dump("restore", "main", dump.id, "--replace", "shop")
    with pytest.raises(psycopg.errors.AdminShutdown):
        user.execute("commit")
    [aside] = databases(shop) - {"postgres", "shop"}
    assert re.fullmatch(r"shop_before_\d{8}T\d{6}Z", aside)
    assert f"the database before is called {aside} now" in said
    assert contents(shop.server, "shop") == before
    assert contents(shop.server, aside)["public.orders"][0] == 0


def test_an_empty_database_is_taken_over(shop: Host) -> None:
    """As a deploy makes it on a host that has lost everything."""
    dump, before = shop.take(), contents(shop.server, "shop")
    with shop.server.connect() as admin:
        admin.execute("drop database shop")
        admin.execute("create database shop")
    shop.dump("restore", "main", dump.id)
    assert contents(shop.server, "shop") == before
    assert databases(shop) == {"postgres", "shop"}


def test_the_latest_and_one_that_lies_elsewhere(shop: Host) -> None:
    first = shop.take()
    with shop.server.connect("shop") as owner:
        owner.execute("delete from orders where id > 10")
    shop.take()
    shop.dump("restore", "main", "latest", "--database", "shop", "--as", "newest")
    elsewhere = shop.root / "elsewhere"
    first.directory.rename(elsewhere)
    shop.dump("restore", "main", shop.inside(elsewhere), "--as", "oldest")
    assert contents(shop.server, "newest")["public.orders"][0] == 10
    assert contents(shop.server, "oldest")["public.orders"][0] == 5000
    assert "there is none of other here" in shop.dump("restore", "main", "latest", "--database", "other", code=1)


def test_a_dump_of_a_newer_version_is_refused(shop: Host) -> None:
    dump = shop.take()
    newer = replace(dump.manifest, server_version=f"{shop.server.version + 1}.0")
    (dump.directory / "manifest.json").write_text(str(newer))
    said = shop.dump("restore", "main", dump.id, "--as", "back", code=1)
    assert f"the dump is of {shop.server.version + 1}, and this server {shop.server.version}" in said
    said = shop.dump("verify", "main", dump.id, code=1)
    assert f"version: is {shop.server.version + 1}, and here is {shop.server.version}" in said
    assert shop.dumps()[0].verified is None


def test_what_is_chosen_is_dumped_and_nothing_else(odd: Host) -> None:
    def rows(*words: str) -> set[str]:
        return set(odd.take(ODD, *words).manifest.rows or {})

    assert rows("--table", "sales.*") == {"sales.orders"}
    assert rows("--table", '"Odd na.me".*') == {'"Odd na.me"."a ""quoted"" table"', '"Odd na.me"."zeile\nzwei"'}
    assert rows("--table", "c*s", "--table", "moods") == {"public.customers", "public.moods"}
    everything = rows()
    assert rows("--without", "*.orders", "--without", "secrets") == everything - {"sales.orders", "public.secrets"}
    assert rows("--without-rows", "events_202?") == everything - {"public.events_2025", "public.events_2026"}
    assert rows("--content", "schema") == set()
    assert rows("--content", "data") == everything
    said = odd.dump("take", "main", ODD, "--table", "nothing_like_it", code=1)
    assert "pg_dump: error: no matching tables were found" in said
    assert {one.manifest.content for one in odd.dumps()} == {"whole", "part", "schema", "data"}


@pytest.mark.parametrize(
    "words",
    [
        ["--content", "data"],
        ["--content", "schema"],
        ["--table", "sales.*"],
        ["--without", "public.computed"],
        ["--without-rows", "sales.orders"],
    ],
)
def test_each_content_is_proven_in_its_own_way(odd: Host, words: list[str]) -> None:
    dump = odd.take(ODD, *words)
    assert ": sound, proven in" in odd.dump("verify", "main", dump.id)


def test_some_tables_come_back_where_there_is_nothing_else(odd: Host) -> None:
    dump = odd.take(ODD, "--table", "sales.orders")
    odd.dump("restore", "main", dump.id, "--as", "back")
    assert contents(odd.server, "back", "sales") == contents(odd.server, ODD, "sales")


def test_rows_alone_are_not_restored(shop: Host) -> None:
    dump = shop.take("shop", "--content", "data")
    assert "has rows and no tables" in shop.dump("restore", "main", dump.id, "--as", "back", code=1)


def test_a_flipped_bit_in_any_file_is_found(shop: Host) -> None:
    dump = shop.take()
    for path in [one for one in dump.directory.rglob("*") if one.is_file() and one.name != "manifest.json"]:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 4]) + whole[len(whole) // 2 + 1 :])
        said = shop.dump("verify", "main", dump.id, code=1)
        assert f"{dump.id}: {path.relative_to(dump.directory)} is not what was written" in said
        assert "the dump: data" in (said := shop.dump("restore", "main", dump.id, "--as", "back", code=1)) or (
            "globals.sql is not what was written" in said
        )
        path.write_bytes(whole)
    manifest = dump.directory / "manifest.json"
    text = manifest.read_bytes()
    manifest.write_bytes(text.replace(b'"public.orders": 5000', b'"public.orders": 5001'))
    assert shop.dumps() == []
    assert "sum is not that of what it says; it is none" in shop.dump("list", "main")
    manifest.write_bytes(text)
    assert "sound" in shop.dump("verify", "main", dump.id)
    assert [one["exit"] for one in shop.records() if one["job"] == "dump-verify"][-2:] == [1, 0]


def test_a_row_that_is_missing_is_found_though_every_file_is_as_it_was_written(shop: Host) -> None:
    dump = shop.take()
    rows = {**(dump.manifest.rows or {}), "public.orders": 5001, "public.gone": 1}
    (dump.directory / "manifest.json").write_text(str(replace(dump.manifest, rows=rows, extensions={"hstore": "1.8"})))
    said = shop.dump("verify", "main", dump.id, code=1)
    assert f"{dump.id}: public.orders has 5000 rows, and not 5001" in said
    assert "public.gone is missing" in said
    assert "extension hstore is missing" in said
    found = shop.dumps()[0].verified
    assert found and not found.sound


def test_the_name_of_a_table_in_a_manifest_is_no_sql(shop: Host) -> None:
    dump = shop.take()
    for name, said in {
        "public.orders; select 1": "public.orders; select 1 is missing",
        "public.orders.id": "public.orders.id: is not the name of a table with its schema",
    }.items():
        rows = {**(dump.manifest.rows or {}), name: 5000}
        (dump.directory / "manifest.json").write_text(str(replace(dump.manifest, rows=rows)))
        assert said in shop.dump("restore", "main", dump.id, "--as", "back", code=1)


def test_verification_looks_at_what_was_not_yet_verified(shop: Host) -> None:
    dump = shop.take()
    assert f"{dump.id}: sound" in shop.dump("verify", "main")
    assert shop.dump("verify", "main") == ""
    later = shop.take()
    assert shop.dump("verify", "main").startswith(f"{later.id}: sound")


def test_nothing_of_a_verification_is_left(shop: Host) -> None:
    shop.take()
    shop.dump("verify", "main")
    assert list((shop.root / "restored").iterdir()) == []
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert shop.inside(shop.root) not in processes


def test_the_retention_is_applied_after_each_dump(shop: Host) -> None:
    shop.declare(retention={"last": 2, "days": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0})
    found = [shop.take().id for _ in range(3)]
    assert [one.id for one in shop.dumps()] == found[1:]
    said = shop.dump("expire", "main", "--dry")
    assert said.count("stays: ") == 2
    shop.declare(retention={"last": 1, "days": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0})
    assert f"{found[1]}  goes" in shop.dump("expire", "main", "--dry")
    assert [one.id for one in shop.dumps()] == found[1:]
    assert shop.dump("expire", "main") == f"{found[1]} is gone\n"
    assert [one.id for one in shop.dumps()] == found[2:]


def test_what_is_not_declared_is_refused(shop: Host) -> None:
    assert "no dumps of other are declared" in shop.dump("take", "main", "other", code=1)
    said = shop.dump("take", "main", "other", "--content", "whole", code=1)
    assert 'database "other" does not exist' in said
    assert shop.left() == []


def test_a_list_is_for_people_and_for_programs(shop: Host) -> None:
    assert shop.dump("list", "main") == "no dumps are here\n"
    dump = shop.take()
    shop.dump("verify", "main")
    assert re.search(rf"{dump.id}  whole shop  .*  primary pg1  sound\n", shop.dump("list", "main"))
    [one] = json.loads(shop.dump("list", "main", "--json"))
    assert one["manifest"]["id"] == dump.id
    assert one["verified"]["sound"] is True
    assert "rows" not in one["manifest"]


def test_a_locale_comes_back_with_its_database(host: Host) -> None:
    with host.server.connect() as admin:
        admin.execute("create role latin")
        admin.execute("create database latin owner latin template template0 encoding 'LATIN1' locale 'C'")
    with host.server.connect("latin") as owner:
        owner.execute("set role latin")
        owner.execute("create table words (word text)")
        owner.execute("insert into words values ('größe')")
    host.declare({"latin": {}})
    dump = host.take("latin")
    assert "sound" in host.dump("verify", "main", dump.id)
    host.dump("restore", "main", dump.id, "--as", "back")
    with host.server.connect() as admin:
        query = "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = 'back'"
        assert admin.execute(query).fetchone() == ("LATIN1", "C")
    with host.server.connect("back") as owner:
        assert hashed(owner, "words") == hashed(host.server.connect("latin"), "words")


def test_its_own_session_is_not_ended_by_what_is_declared_for_others(shop: Host) -> None:
    with shop.server.connect() as admin:
        admin.execute("alter database shop set statement_timeout = '100ms'")
        admin.execute("alter database shop set idle_in_transaction_session_timeout = '100ms'")
    with shop.server.connect("shop") as other:
        other.execute("set idle_in_transaction_session_timeout = 0")
        other.execute("begin; lock table orders")
        process = shop.begin("dump", "take", "main", "shop")
        until(lambda: shop.waiting() == 2)
        time.sleep(0.5)
        other.execute("rollback")
    assert process.wait(60) == 0
    assert shop.dumps()


@pytest.mark.skipif(os.geteuid() != 0, reason="owners are changed")
def test_the_directory_is_made_for_its_user_alone(shop: Host) -> None:
    shop.take()
    place = Path(shop.root / "backups" / "main")
    assert place.stat().st_mode & 0o777 == 0o700
