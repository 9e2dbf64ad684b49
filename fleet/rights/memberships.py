"""Who is a member of what: granted as declared, the rest shown or revoked.

Since PostgreSQL 16 a membership belongs to its grantor. Wanted is the administrator's, which hangs on nobody else's
admin option: when one that was handed on goes, with all that hangs on it, the wanted ones stay.
"""

from collections.abc import Iterator, Mapping

from ..environment import Role
from ..sql import identifier
from .seen import Globals, Membership
from .statement import Drift, Statement, shown


def grants(wanted: Mapping[str, Role], seen: Globals, revoke_undeclared: bool) -> Iterator[Statement | Drift]:
    """What makes every declared membership one; a circle through an undeclared one that stays cannot be closed."""
    for name, role in wanted.items():
        held = seen.roles[name].memberships if name in seen.roles else ()
        for group in role.member_of:
            if any(_as_wanted(one, group, role, seen) for one in held):
                continue
            if name in _groups(group, seen) and not revoke_undeclared:
                what = f"member of {shown(group)}, as declared, while {shown(group)} is one of {shown(name)}"
                yield Drift(f"role {shown(name)}: cannot become a {what}")
            else:
                yield _grant(name, group, role, seen.version)


def _groups(name: str, seen: Globals) -> set[str]:
    """The roles that `name` is a member of now, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        role = seen.roles.get(waiting.pop())
        new = {one.group for one in role.memberships} - found if role else set()
        found |= new
        waiting += new
    return found


def excess(name: str, role: Role | None, seen: Globals, revoke_undeclared: bool) -> Iterator[Statement | Drift]:
    """Memberships of a role that exists beyond the declared ones; `role` is None if the role itself is undeclared."""
    declared = role.member_of if role else ()
    for one in seen.roles[name].memberships:
        if one.group not in declared or not _of_administrator(one, seen):
            sentence, what = f"role {shown(name)}: member of {shown(one.group)}", ""
        elif one.admin:
            sentence, what = f"role {shown(name)}: may make others members of {shown(one.group)}", "ADMIN OPTION FOR "
        else:
            continue
        if revoke_undeclared:
            yield Statement(f"{sentence} no longer", _revoke(name, one, what, seen.version))
        else:
            yield Drift(f"{sentence}, which is not declared")


def _as_wanted(one: Membership, group: str, role: Role, seen: Globals) -> bool:
    options = one.inherit in (None, role.inherit) and one.set in (None, True)
    return one.group == group and options and _of_administrator(one, seen)


def _of_administrator(one: Membership, seen: Globals) -> bool:
    return seen.version < 16 or one.grantor == seen.administrator


def _grant(name: str, group: str, role: Role, version: int) -> Statement:
    options = f" WITH INHERIT {'TRUE' if role.inherit else 'FALSE'}, SET TRUE" if version >= 16 else ""
    manner = "" if role.inherit else ", by SET ROLE only"
    sentence = f"role {shown(name)}: member of {shown(group)}{manner}"
    return Statement(sentence, f"GRANT {identifier(group)} TO {identifier(name)}{options};")


def _revoke(name: str, one: Membership, what: str, version: int) -> str:
    grantor = f" GRANTED BY {identifier(one.grantor)}" if version >= 16 else ""
    return f"REVOKE {what}{identifier(one.group)} FROM {identifier(name)}{grantor} CASCADE;"
