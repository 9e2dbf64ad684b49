"""Databases and what is in them, from a server that has nothing yet and from one that has too much."""

from typing import Any

import pytest

from fleet.environment import Cluster
from fleet.rights import content_seen, content_statements, database_statements, globals_seen
from fleet.rights.seen import Content, Extension, Schema
from fleet.rights.statement import Changes

from .world import cluster


def shop(version: int = 17, **more: Any) -> Cluster:
    database = {"owner": "owner", "grants": {"app": "write", "ro": "read"}} | more
    return cluster(version, roles={"owner": {}, "app": {}, "ro": {}}, databases={"shop": database})


def content(declared: Cluster, seen: Content | None = None) -> Changes:
    new = seen or content_seen(None, declared.postgresql)
    return content_statements(declared, "shop", new, declared.revoke_undeclared)


def said(found: Changes) -> list[str]:
    return [one.sentence for one in found.statements]


@pytest.mark.parametrize(
    ("version", "provider"), [(14, ""), (15, " LOCALE_PROVIDER libc"), (18, " LOCALE_PROVIDER libc")]
)
def test_a_database_is_made_from_template0_in_its_locale(version: int, provider: str) -> None:
    found = database_statements(shop(version, locale="de_DE.UTF-8"), globals_seen(None, version), False)
    (created,) = [one for one in found.statements if one.alone]
    assert created.sentence == "database shop: create, owned by owner"
    assert created.sql == (
        'CREATE DATABASE "shop" OWNER "owner" TEMPLATE template0 '
        f"ENCODING 'UTF8'{provider} LOCALE 'de_DE.UTF-8' CONNECTION LIMIT -1;"
    )


def test_a_new_database_is_closed_to_everybody_and_opened_to_its_own() -> None:
    found = database_statements(shop(), globals_seen(None, 17), False)
    assert said(found)[3:] == [
        "PUBLIC may no longer connect to and create temporary tables in shop",
        "monitor may connect to shop",
        "app may connect to and create temporary tables in shop",
        "ro may connect to shop",
        "PUBLIC may no longer connect to template1",
    ]


@pytest.mark.parametrize(("version", "verbs"), [(14, "create in and use"), (15, "use")])
def test_the_plan_of_a_new_database_is_a_few_sentences(version: int, verbs: str) -> None:
    owner = ["schema shop.public: owner postgres → owner"] if version == 14 else []
    assert said(content(shop(version))) == [
        *owner,
        f"PUBLIC may no longer {verbs} shop.public",
        "extension pg_stat_statements in shop: create",
        "app may write in shop.public",
        "ro may read in shop.public",
        "monitor may use shop.public",
    ]


def test_rights_in_things_to_come_hang_on_the_owner_who_makes_them() -> None:
    (sql,) = [one.sql for one in content(shop()).statements if one.sentence == "ro may read in shop.public"]
    assert 'FOR ROLE "owner" IN SCHEMA "public" GRANT SELECT ON TABLES TO "ro";' in sql


def test_an_extension_goes_where_it_can_and_is_there_for_those_with_a_grant() -> None:
    seen = content_seen(None, 17)
    fixed = Content(17, extensions=seen.extensions, schemas=seen.schemas, fixed={"pg_cron": "pg_catalog"})
    found = content(shop(schemas=["app"], extensions=["pg_cron", "pg_trgm"]), fixed)
    created = {one.sentence: one.sql for one in found.statements if one.sentence.startswith("extension")}
    assert created["extension pg_cron in shop: create"] == 'CREATE EXTENSION IF NOT EXISTS "pg_cron" CASCADE;'
    assert 'SCHEMA "public"' in created["extension pg_trgm in shop: create"]
    assert {"app may write in shop.app", "app may use shop.public"} <= set(said(found))


def test_an_extension_is_neither_updated_nor_dropped() -> None:
    extensions = {
        "pg_stat_statements": Extension("1.9", "1.11", "public", ()),
        "earthdistance": Extension("1.1", "1.1", "public", ("cube",)),
        "cube": Extension("1.5", "1.5", "public", ()),
        "hstore": Extension("1.8", None, "public", ()),
        "lo": Extension("1.1", "1.1", "public", ()),
    }
    seen = Content(17, extensions=extensions, schemas={"public": Schema("owner", ())})
    found = content(shop(extensions=["earthdistance", "hstore"]), seen)
    assert [one.sentence for one in found.drift] == [
        "extension hstore in shop: its files have gone from the host",
        "extension lo in shop is not declared",
        "extension pg_stat_statements in shop is version 1.9, the host has 1.11; "
        "ALTER EXTENSION … UPDATE belongs in a migration",
    ]


def test_an_owner_that_inherits_nothing_owns_public_itself() -> None:
    declared = cluster(roles={"owner": {"inherit": False}}, databases={"shop": {"owner": "owner"}})
    assert "schema shop.public: owner pg_database_owner → owner" in said(content(declared))
