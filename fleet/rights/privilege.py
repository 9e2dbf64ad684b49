"""Access lists as values: what is held, what is missing, what goes beyond.

Source: PostgreSQL manual, 5.7 Privileges; aclitem.c for what a change of owner does to an access list.
"""

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


@dataclass(frozen=True, order=True)
class Excess:
    """A privilege that is held and not wanted; or, if `option`, only the right to hand it on.

    `foreign`: it was handed on by somebody who is not the owner. It goes with the excess of that somebody.
    """

    grantee: str
    privilege: str
    option: bool = False
    foreign: bool = False


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


def excess(owner: str, wanted: Rights, entries: Acl) -> tuple[Excess, ...]:
    """What is held and not wanted. What the owner holds is never too much."""
    found = set()
    for entry in entries:
        allowed = entry.privilege in wanted.get(entry.grantee, ())
        if entry.grantee == owner:
            continue
        if entry.grantor != owner:
            if not allowed:
                found.add(Excess(entry.grantee, entry.privilege, foreign=True))
        elif not allowed or entry.grantable:
            found.add(Excess(entry.grantee, entry.privilege, option=allowed))
    return tuple(sorted(found))


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
