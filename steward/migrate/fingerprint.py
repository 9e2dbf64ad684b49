"""A schema as a set of objects with a digest each, and how two of them differ. No order, no OIDs."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .applied import Applied

Objects = Mapping[str, str]
"""`table public.users` → the SHA-256 of its definition, in hex."""


@dataclass(frozen=True)
class Difference:
    """`change` is added, removed or changed."""

    object: str
    change: str

    def __str__(self) -> str:
        return f"{self.object} {self.change}"


def digest(objects: Objects) -> str:
    """One SHA-256 for all of a schema."""
    return _sum(f"{name}\0{value}" for name, value in sorted(objects.items()))


def ledger_digest(applied: Iterable[Applied]) -> str:
    """What says whether migrations ran since."""
    return _sum(
        f"{row.version}\0{row.checksum.hex()}\0{row.success}" for row in sorted(applied, key=lambda row: row.version)
    )


def _sum(lines: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line.encode() + b"\n")
    return whole.hexdigest()


def differences(before: Objects, now: Objects) -> list[Difference]:
    """What changed, by object. What came or went with its table or type is not repeated for each part of it."""
    found = dict.fromkeys(now.keys() - before.keys(), "added")
    found |= dict.fromkeys(before.keys() - now.keys(), "removed")
    found |= {name: "changed" for name in before.keys() & now.keys() if before[name] != now[name]}
    return [Difference(name, found[name]) for name in sorted(found) if not _told_by_its_whole(name, found)]


def _told_by_its_whole(name: str, found: Mapping[str, str]) -> bool:
    kind, _, path = name.partition(" ")
    if kind not in ("column", "constraint", "trigger", "rule", "policy"):
        return False
    whole = path
    while "." in whole:
        whole = whole.rpartition(".")[0]
        if any(
            found.get(f"{outer} {whole}") == found[name] != "changed"
            for outer in ("table", "foreign table", "type", "domain")
        ):
            return True
    return False
