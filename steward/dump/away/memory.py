"""What was last seen at a target: what is pending, and how old the last good dump there is, can be told without asking
it. It may have changed since; whoever sends or deletes asks again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.problem import Refused

from ...cluster import Described
from .. import manifest, owner, store, verified
from ..owner import Owner
from .target import Kept

DIRECTORY = ".away"


@dataclass(frozen=True)
class Seen:
    """The dumps at a target as they were `at` some time, in seconds of the epoch, and whose it is; None where an older
    steward has looked."""

    at: float
    kept: tuple[Kept, ...]
    owner: Owner | None = None

    @property
    def own(self) -> tuple[Kept, ...]:
        """Those that are the owner's."""
        return tuple(owner.of(self.owner, self.kept)) if self.owner else self.kept


def seen(told: Described, target: str) -> Seen | None:
    """What is remembered of a target; None where nothing is."""
    try:
        document = json.loads(place(told, target).read_text(encoding="utf-8"))
        said = document.get("owner")
        found = owner.parse(json.dumps(said)) if said else None
        return Seen(float(document["at"]), tuple(map(read, document["kept"])), found)
    except (OSError, ValueError, KeyError, TypeError, Refused):
        return None


def remember(told: Described, target: str, at: float, kept: Sequence[Kept], own: Owner | None) -> None:
    path = place(told, target)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    said = {"owner": json.loads(own.text())} if own else {}
    store.write(path, json.dumps({"at": at, **said, "kept": [written(one) for one in kept]}))


def place(told: Described, target: str) -> Path:
    return store.place(told) / DIRECTORY / f"{target}.json"


def written(one: Kept) -> dict[str, Any]:
    """Without what is known of each table and file: that may be long, and nobody asks a target for it."""
    document = one.manifest.brief().document()
    return {
        "manifest": document,
        "verified": one.verified.document() if one.verified else None,
        "size": one.size,
    }


def read(document: dict[str, Any]) -> Kept:
    found = verified.parse(json.dumps(document["verified"])) if document["verified"] else None
    return Kept(manifest.parse(json.dumps(document["manifest"])), found, int(document["size"]))
