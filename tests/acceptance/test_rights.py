"""Roles, databases and rights are as declared: no less, and no more."""

import json
from typing import Any

import pytest

from fleet import rights

from .conftest import ROOT, Target

SQL = ROOT / "templates" / "sql"


def ask(node: Target, file: str, database: str) -> Any:
    """The document that one of the deploy's own snapshots gives."""
    text = (SQL / file).read_text(encoding="utf-8")
    return json.loads(node.psql(database, text))


def sentences(changes: rights.Changes) -> list[str]:
    return [statement.sentence for statement in changes.statements]


@pytest.mark.duty("primary")
def test_roles_are_what_was_declared_and_no_more(node: Target) -> None:
    """Passwords apart: whoever verifies need not know them."""
    seen = rights.globals_seen(ask(node, "roles.sql", "postgres"), node.cluster.postgresql)
    assert sentences(rights.role_statements(rights.wanted_roles(node.cluster), seen, {}, {}, True)) == []


@pytest.mark.duty("primary")
def test_databases_are_what_was_declared_and_no_more(node: Target) -> None:
    seen = rights.globals_seen(ask(node, "roles.sql", "postgres"), node.cluster.postgresql)
    assert sentences(rights.database_statements(node.cluster, seen, True)) == []


@pytest.mark.duty("primary")
def test_rights_and_extensions_in_every_database_are_what_was_declared_and_no_more(node: Target) -> None:
    for database in rights.wanted_databases(node.cluster):
        seen = rights.content_seen(ask(node, "database.sql", database), node.cluster.postgresql)
        assert sentences(rights.content_statements(node.cluster, database, seen, True)) == [], database


@pytest.mark.duty("primary")
def test_every_password_is_kept_as_a_scram_verifier(node: Target) -> None:
    rows = node.sql("select rolname from pg_authid where rolpassword is not null and rolpassword not like 'SCRAM-%'")
    assert rows == []


@pytest.mark.duty("primary")
def test_only_the_administrator_and_declared_roles_are_superusers(node: Target) -> None:
    declared = {name for name, role in node.cluster.roles.items() if role.superuser}
    rows = node.sql("select rolname from pg_roles where rolsuper")
    assert {row["rolname"] for row in rows} <= {"postgres"} | declared
