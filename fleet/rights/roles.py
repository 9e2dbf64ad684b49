"""Roles: created, given and, where asked for, stripped of what is not declared. None is ever dropped.

A role that is not declared at all keeps what it owns, its settings and its password. If undeclared things are revoked
it may no longer log in and loses its powers and memberships, so that to declare it again is to have it back.
"""

from collections.abc import Iterator, Mapping

from ..environment import Role
from ..scram import matches, verifier
from ..sql import identifier, literal
from . import memberships
from .seen import Globals, SeenRole
from .settings import setting_changes
from .statement import Changes, Drift, Statement, shown
from .wanted import Owner, passworded

AS_OWNER = "for migrations and restores, without a password"
POWERS = ("login", "superuser", "createdb", "createrole", "replication", "bypassrls")


def role_statements(
    wanted: Mapping[str, Role],
    seen: Globals,
    passwords: Mapping[str, str],
    salts: Mapping[str, bytes],
    revoke_undeclared: bool,
) -> Changes:
    """What makes the roles of a server the `wanted` ones.

    `passwords` and `salts` (at least 16 random bytes each) are by role. A role that logs in without a password here
    keeps the one it has. Raises KeyError if a password lacks its salt, ValueError if it cannot be a password.
    """
    return Changes.of(
        [
            *_existence(wanted, seen, revoke_undeclared),
            *_passwords(wanted, seen, passwords, salts, revoke_undeclared),
            *_settings(wanted, seen, revoke_undeclared),
            *_excess_memberships(wanted, seen, revoke_undeclared),
            *memberships.grants(wanted, seen, revoke_undeclared),
        ]
    )


def _existence(wanted: Mapping[str, Role], seen: Globals, revoke: bool) -> Iterator[Statement | Drift]:
    for name, role in wanted.items():
        if name in seen.roles:
            yield from _altered(name, role, seen.roles[name], revoke)
        else:
            yield _created(name, role)
    for name in sorted(seen.roles.keys() - wanted.keys()):
        yield Drift(f"role {shown(name)} is not declared")
        powers = [power for power in POWERS if seen.roles[name].attributes[power]]
        yield from (_power(name, power, False) for power in powers if revoke)


def _created(name: str, role: Role) -> Statement:
    powers = [power for power in POWERS if getattr(role, power)]
    words = [*map(str.upper, powers), "INHERIT" if role.inherit else "NOINHERIT"]
    details = powers + ([] if role.inherit else ["noinherit"])
    if isinstance(role, Owner):
        details[details.index("login")] += f" {AS_OWNER}"
    if role.connection_limit != -1:
        details.append(f"connection limit {role.connection_limit}")
    said = f" ({', '.join(details)})" if details else ""
    limit = f"CONNECTION LIMIT {role.connection_limit}"
    return Statement(f"role {shown(name)}: create{said}", f"CREATE ROLE {identifier(name)} {' '.join(words)} {limit};")


def _altered(name: str, role: Role, seen: SeenRole, revoke: bool) -> Iterator[Statement | Drift]:
    for power in POWERS:
        if getattr(role, power) and not seen.attributes[power]:
            why = f", {AS_OWNER}" if power == "login" and isinstance(role, Owner) else ""
            yield _power(name, power, True, why)
        elif seen.attributes[power] and not getattr(role, power):
            yield _power(name, power, False) if revoke else Drift(f"role {shown(name)}: {power} is not declared")
    if role.inherit != seen.inherit:
        yield _power(name, "inherit", role.inherit)
    if role.connection_limit != seen.connection_limit and (revoke or not _serves(role, seen)):
        arrow = f"{seen.connection_limit} → {role.connection_limit}"
        command = f"ALTER ROLE {identifier(name)} CONNECTION LIMIT {role.connection_limit};"
        yield Statement(f"role {shown(name)}: connection limit {arrow}", command)
    if seen.valid_until:
        yield (
            _endless(name)
            if revoke
            else Drift(f"role {shown(name)}: its password ends at {seen.valid_until}, which is not declared")
        )


def _serves(role: Role, seen: SeenRole) -> bool:
    """Whether an owner logs in by what was made by hand, as an application may: to limit it would cut that off."""
    unlimited = seen.connection_limit == -1 or seen.connection_limit > role.connection_limit
    by_hand = seen.attributes["login"] and seen.password is not None
    return isinstance(role, Owner) and role.limited and unlimited and by_hand


def _power(name: str, power: str, wanted: bool, why: str = "") -> Statement:
    word = power.upper() if wanted else f"NO{power.upper()}"
    arrow = "no → yes" if wanted else "yes → no"
    return Statement(f"role {shown(name)}: {power} {arrow}{why}", f"ALTER ROLE {identifier(name)} {word};")


def _endless(name: str) -> Statement:
    command = f"ALTER ROLE {identifier(name)} VALID UNTIL 'infinity';"
    return Statement(f"role {shown(name)}: its password no longer ends", command)


def _passwords(
    wanted: Mapping[str, Role], seen: Globals, passwords: Mapping[str, str], salts: Mapping[str, bytes], revoke: bool
) -> Iterator[Statement | Drift]:
    for name, role in wanted.items():
        before = seen.roles[name].password if name in seen.roles else None
        where, command = f"role {shown(name)}", f"ALTER ROLE {identifier(name)} PASSWORD"
        if passworded(role) and name in passwords and not (before and matches(passwords[name], before)):
            secret = literal(verifier(passwords[name], salts[name]))
            yield Statement(f"{where}: password {'changed' if before else 'set'}", f"{command} {secret};", secret=True)
        elif before and not passworded(role) and revoke:
            yield Statement(f"{where}: its password is removed, it does not log in", f"{command} NULL;")
        elif before and not passworded(role):
            yield Drift(f"{where}: has a password, but is not declared to log in")


def _settings(wanted: Mapping[str, Role], seen: Globals, revoke: bool) -> Iterator[Statement | Drift]:
    for name, role in wanted.items():
        before = seen.roles[name].settings if name in seen.roles else ()
        yield from setting_changes(name, role.settings, before, revoke)


def _excess_memberships(wanted: Mapping[str, Role], seen: Globals, revoke: bool) -> Iterator[Statement | Drift]:
    for name in seen.roles:
        yield from memberships.excess(name, wanted.get(name), seen, revoke)
