"""What follows from a declaration: pgsteward's own roles, timeouts, who may connect."""

from typing import Any

import pytest

from fleet.rights import passworded, wanted_databases, wanted_roles
from fleet.rights.wanted import database_rights, sequence_rights, table_rights

from .world import cluster

TIMEOUTS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "5min", "lock_timeout": "10s"}


def settings(grant: str, group: dict[str, Any] | None = None, **app: Any) -> dict[str, str]:
    """The settings of a role that logs in, with a grant of its own or through its group."""
    roles = {"owner": {}, "group": group or {}, "app": {"login": True} | app}
    grantee = "group" if "group" in app.get("member_of", ()) else "app"
    databases = {"shop": {"owner": "owner", "grants": {grantee: grant}}}
    return wanted_roles(cluster(roles=roles, databases=databases))["app"].settings


def test_the_replicator_can_replicate_and_nothing_else() -> None:
    role = wanted_roles(cluster())["replicator"]
    assert (role.login, role.replication, role.superuser, role.member_of, role.connection_limit) == (
        (True, True, False, (), 6)
    )


def test_the_monitor_sees_statistics_with_few_connections() -> None:
    role = wanted_roles(cluster())["monitor"]
    assert (role.login, role.member_of, role.connection_limit, role.settings) == (True, ("pg_monitor",), 5, {})


def test_an_owner_logs_in_without_a_password_and_with_few_connections() -> None:
    roles = {"plain": {}, "few": {"connection_limit": 1}, "login": {"login": True}, "none": {}}
    databases = {name: {"owner": name} for name in ("plain", "few", "login")}
    wanted = wanted_roles(cluster(roles=roles, databases=databases))
    found = {name: (wanted[name].login, passworded(wanted[name]), wanted[name].connection_limit) for name in roles}
    assert found == {
        "plain": (True, False, 5),
        "few": (True, False, 2),
        "login": (True, True, -1),
        "none": (False, False, -1),
    }


def test_a_writer_gets_timeouts_and_a_reader_cannot_write_by_mistake() -> None:
    assert settings("write") == TIMEOUTS
    assert settings("read") == TIMEOUTS | {"default_transaction_read_only": "on"}


def test_a_grant_through_a_group_counts() -> None:
    assert settings("read", member_of=["group"]) == settings("read")


def test_what_a_role_says_itself_wins() -> None:
    assert settings("write", settings={"lock_timeout": "1s"}) == TIMEOUTS | {"lock_timeout": "1s"}


@pytest.mark.parametrize(
    "app",
    [
        {"member_of": ["owner"]},
        {"superuser": True},
        {"login": False},
        {"member_of": ["group"], "group": {"superuser": True}},
    ],
    ids=["a member of the owner", "a superuser", "a role that does not log in", "a member of a superuser"],
)
def test_neither_migrations_nor_administrators_have_timeouts(app: dict[str, Any]) -> None:
    assert settings("write", **app) == {}


def test_a_reader_that_may_write_all_data_is_no_reader() -> None:
    assert settings("read", member_of=["pg_write_all_data"]) == TIMEOUTS


def test_only_who_has_something_in_a_database_may_connect_to_it() -> None:
    roles = {"owner": {}, "app": {}, "ro": {}, "migrator": {"inherit": False, "member_of": ["owner"]}, "other": {}}
    declared = cluster(roles=roles, databases={"shop": {"owner": "owner", "grants": {"app": "write", "ro": "read"}}})
    assert database_rights(declared.databases["shop"], declared) == {
        "owner": {"CONNECT", "TEMPORARY", "CREATE"},
        "app": {"CONNECT", "TEMPORARY"},
        "ro": {"CONNECT"},
        "monitor": {"CONNECT"},
        "migrator": {"CONNECT"},
    }


def test_writers_have_dml_and_readers_see() -> None:
    database = cluster(
        databases={"shop": {"owner": "owner", "grants": {"app": "write", "ro": "read", "owner": "read"}}}
    )
    shop = database.databases["shop"]
    assert table_rights(shop) == {"app": {"SELECT", "INSERT", "UPDATE", "DELETE"}, "ro": {"SELECT"}}
    assert sequence_rights(shop) == {"app": {"SELECT", "USAGE"}, "ro": {"SELECT"}}


def test_the_database_of_administrators_is_closed_like_the_others() -> None:
    assert list(wanted_databases(cluster(databases={"shop": {"owner": "postgres"}}))) == ["postgres", "shop"]
