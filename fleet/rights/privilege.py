"""Access lists as values: what is held, what is missing, what goes beyond.

Source: PostgreSQL manual, 5.7 Privileges; aclitem.c for what a change of owner does to an access list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..sql import identifier
from .statement import shown

PUBLIC = "public"  # no role can have this name
Rights = Mapping[str, frozenset[str]]
"""Privileges by grantee."""
_ORDER = ("CONNECT", "TEMPORARY", "USAGE", "CREATE", "SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, order=True)
class Entry:
    """One privilege of one grantee, as aclexplode() gives it."""

    grantor: str
    grantee: str
    privilege: str
    grantable: bool = False


Acl = tuple[Entry, ...]


@dataclass(frozen=True)
class Surplus:
    """Privileges of one grantee that are held and not wanted; or, if `option`, only the right to hand them on.

    `foreign`: they were handed on by somebody who is not the owner. They go with the surplus of that somebody.
    """

    grantee: str
    privileges: tuple[str, ...]
    option: bool = False
    foreign: bool = False

    def revoke(self, target: str, column: str = "") -> str:
        """The command that takes them away: from a `target` such as `TABLE "a"`, or from one `column` of it."""
        what = ", ".join(f"{one} ({column})" for one in self.privileges) if column else spelled(self.privileges)
        option = "GRANT OPTION FOR " if self.option else ""
        return f"REVOKE {option}{what} ON {target} FROM {grantee(self.grantee)} CASCADE;"


def acl(entries: Iterable[Iterable[object]]) -> Acl:
    """The access list of a snapshot's [grantor, grantee, privilege, grantable]."""
    return tuple(
        Entry(str(grantor), str(grantee), str(privilege), bool(grantable))
        for grantor, grantee, privilege, grantable in entries
    )


def reowned(entries: Acl, old: str, new: str) -> Acl:
    """What an access list becomes when the object changes its owner: the new one takes the old one's place."""
    swapped = (
        replace(
            entry,
            grantor=new if entry.grantor == old else entry.grantor,
            grantee=new if entry.grantee == old else entry.grantee,
        )
        for entry in entries
    )
    return tuple(dict.fromkeys(swapped))


def missing(owner: str, wanted: Rights, entries: Acl) -> Rights:
    """What is wanted and not held from the owner; grantees that lack nothing are left out."""
    held = {(entry.grantee, entry.privilege) for entry in entries if entry.grantor == owner}
    lacking = {
        grantee: frozenset(privilege for privilege in privileges if (grantee, privilege) not in held)
        for grantee, privileges in wanted.items()
    }
    return {grantee: privileges for grantee, privileges in lacking.items() if privileges}


def surplus(owner: str, wanted: Rights, entries: Acl) -> tuple[Surplus, ...]:
    """What is held and not wanted, by grantee. What the owner holds is never too much."""
    found: dict[tuple[str, bool, bool], set[str]] = defaultdict(set)
    for entry in entries:
        allowed = entry.privilege in wanted.get(entry.grantee, ())
        foreign = entry.grantor != owner
        if entry.grantee != owner and (not allowed or (entry.grantable and not foreign)):
            found[entry.grantee, allowed, foreign].add(entry.privilege)
    return tuple(Surplus(name, tuple(sorted(privileges)), *kind) for (name, *kind), privileges in sorted(found.items()))


def grantee(name: str) -> str:
    """The grantee as SQL."""
    return "PUBLIC" if name == PUBLIC else identifier(name)


def who(name: str) -> str:
    """The grantee in a sentence."""
    return "PUBLIC" if name == PUBLIC else shown(name)


def spelled(privileges: Iterable[str]) -> str:
    """Privileges in the usual order: `SELECT, INSERT`."""
    known = set(privileges)
    return ", ".join([one for one in _ORDER if one in known] + sorted(known - set(_ORDER)))
