"""From seen to wanted roles: the sentences, and the few words of SQL behind each."""

from typing import Any

import pytest

from fleet.environment import Role
from fleet.rights import Changes, role_statements, wanted_roles
from fleet.rights.seen import Globals, Membership, SeenRole, SeenSetting
from fleet.rights.settings import elements
from fleet.scram import SeenPassword

from .world import cluster, role, server

PASSWORD = SeenPassword("c2FsdA==", 4096, "0" * 64)


def changes(wanted: Role, seen: Globals, revoke: bool = False) -> Changes:
    """What is done about the role `app`."""
    return role_statements({"app": wanted}, seen, {}, {}, revoke)


def said(found: Changes) -> list[str]:
    return [one.sentence for one in found.statements]


def sql(found: Changes) -> list[str]:
    return [one.sql for one in found.statements]


def test_a_new_role_is_created_with_all_its_attributes() -> None:
    found = changes(Role(login=True, createdb=True, inherit=False, connection_limit=20), server())
    assert said(found) == ["role app: create (login, createdb, noinherit, connection limit 20)"]
    assert sql(found) == ['CREATE ROLE "app" LOGIN CREATEDB NOINHERIT CONNECTION LIMIT 20;']


def test_a_role_as_declared_is_no_change() -> None:
    assert changes(Role(login=True), server(app=role("login"))) == Changes()


def test_what_is_declared_is_given_at_once() -> None:
    found = changes(Role(login=True, connection_limit=20), server(app=role()))
    assert said(found) == ["role app: login no → yes", "role app: connection limit -1 → 20"]


@pytest.mark.parametrize("power", ["login", "superuser", "createdb", "createrole", "replication", "bypassrls"])
def test_a_power_that_is_not_declared_is_shown_or_taken_away(power: str) -> None:
    seen = server(app=role(power))
    assert [one.sentence for one in changes(Role(), seen).drift] == [f"role app: {power} is not declared"]
    assert sql(changes(Role(), seen, revoke=True)) == [f'ALTER ROLE "app" NO{power.upper()};']


def test_a_password_travels_as_a_verifier_in_a_secret_statement() -> None:
    found = role_statements({"app": Role(login=True)}, server(), {"app": "hush"}, {"app": b"0123456789abcdef"}, False)
    *_, password = found.statements
    assert (password.sentence, password.secret) == ("role app: password set", True)
    assert "PASSWORD 'SCRAM-SHA-256$4096:" in password.sql
    assert "hush" not in password.sql


def test_a_role_that_is_not_declared_is_never_dropped() -> None:
    found = role_statements({}, server(old=role("login", "superuser")), {}, {}, True)
    assert [one.sentence for one in found.drift] == ["role old is not declared"]
    assert said(found) == ["role old: login yes → no", "role old: superuser yes → no"]
    assert not any("DROP" in command for command in sql(found))


@pytest.mark.parametrize(
    ("seen", "declared", "revoke", "limited"),
    [
        (role("login", password=PASSWORD), {}, False, False),
        (role("login", password=PASSWORD, connection_limit=50), {}, False, False),
        (role("login", password=PASSWORD, connection_limit=1), {}, False, True),
        (role("login", password=PASSWORD), {}, True, True),
        (role("login", password=PASSWORD), {"connection_limit": 5}, False, True),
        (role("login"), {}, False, True),
        (role(password=PASSWORD), {}, False, True),
    ],
)
def test_an_owner_that_an_application_logs_in_as_keeps_its_limit(
    seen: SeenRole, declared: dict[str, Any], revoke: bool, limited: bool
) -> None:
    """Its login and its password were made by hand; what a migration needs it gets, and what is declared counts."""
    wanted = wanted_roles(cluster(roles={"app": declared}, databases={"shop": {"owner": "app"}}))["app"]
    found = said(changes(wanted, server(app=seen), revoke))
    assert any("connection limit" in one for one in found) == limited


def test_a_setting_is_set_changed_and_reset() -> None:
    seen = server(app=role(settings=(SeenSetting(None, "work_mem", "4MB"), SeenSetting(None, "lock_timeout", "10s"))))
    found = changes(Role(settings={"work_mem": "8MB", "jit": "off"}), seen)
    assert said(found) == ["role app: work_mem 4MB → 8MB, jit = off", "role app: lock_timeout is reset"]


def test_a_setting_of_somebody_else_is_shown_without_its_value() -> None:
    seen = server(app=role(settings=(SeenSetting(None, "app.key", "0123"),)))
    assert [one.sentence for one in changes(Role(), seen).drift] == ["role app: app.key is set, which is not declared"]
    assert sql(changes(Role(), seen, revoke=True)) == ['ALTER ROLE "app" RESET "app"."key";']


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("work_mem", "a, b", ("a, b",)),
        ("search_path", "a, b", ("a", "b")),
        ("search_path", '"$user",  "a ""b"", c"', ("$user", 'a "b", c')),
        ("search_path", "", ("",)),
    ],
)
def test_a_list_of_names_is_set_name_by_name(name: str, value: str, expected: tuple[str, ...]) -> None:
    assert elements(name, value) == expected


@pytest.mark.parametrize(
    ("version", "options"), [(15, ""), (16, " WITH INHERIT TRUE, SET TRUE"), (18, " WITH INHERIT TRUE, SET TRUE")]
)
def test_a_membership_has_options_since_16(version: int, options: str) -> None:
    found = changes(Role(member_of=("team",)), server(version, app=role()))
    assert (said(found), sql(found)) == (["role app: member of team"], [f'GRANT "team" TO "app"{options};'])


def test_a_membership_is_that_of_the_administrator() -> None:
    """What a role with the admin option granted goes when that option goes; what the administrator granted stays."""
    kept = Membership("team", "postgres", False, True, True)
    handed_on = Membership("team", "lead", False, True, True)
    wanted = Role(member_of=("team",))
    assert changes(wanted, server(app=role(member_of=(kept,)))) == Changes()
    found = changes(wanted, server(app=role(member_of=(handed_on,))), revoke=True)
    assert sql(found) == [
        'REVOKE "team" FROM "app" GRANTED BY "lead" CASCADE;',
        'GRANT "team" TO "app" WITH INHERIT TRUE, SET TRUE;',
    ]


def test_a_role_without_inheritance_gets_its_memberships_by_set_role_only() -> None:
    inherited: Any = Membership("team", "postgres", False, True, True)
    found = changes(Role(inherit=False, member_of=("team",)), server(app=role(inherit=False, member_of=(inherited,))))
    assert said(found) == ["role app: member of team, by SET ROLE only"]


def test_a_name_from_a_server_cannot_end_a_line() -> None:
    found = role_statements({}, server(**{"x\nDROP": role()}), {}, {}, False)
    assert [one.sentence for one in found.drift] == ['role "x·DROP" is not declared']
