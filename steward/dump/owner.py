"""Whose a place for dumps is: `pgsteward-owner.json` in it, looked at before anything is written there or deleted.

Two environments may have clusters of one name, and one bucket. A place belongs to one cluster of one environment, which
its system identifier tells from all others: a stranger's is neither written to nor cleaned up, and only dumps of the
owner's own systems are counted, kept, deleted or handed out as the latest.
"""

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from fleet.problem import Problem, Refused

from ..cluster import Described
from .retention import Stored

FILE = "pgsteward-owner.json"
FORMAT = 1
OWN, UNMARKED, STRANGERS, AWAY = "own", "unmarked", "stranger's", "away"
"""How a place stands, as a deploy is told."""
SYSTEM = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True)
class Owner:
    """A cluster of an environment. `systems`: its system identifiers, the one of now last: a cluster that was made anew
    has another, and takes the dumps of the one before over by a command of its own."""

    environment: str
    cluster: str
    systems: tuple[str, ...]

    def __str__(self) -> str:
        where = f" of the environment {self.environment}" if self.environment else ""
        return f"{self.cluster}{where} (system {self.systems[-1] if self.systems else 'not known'})"

    def text(self) -> str:
        return json.dumps({"format_version": FORMAT, **asdict(self)}, indent=1)


class Place(Protocol):
    """Where dumps lie: here, or at a target."""

    @property
    def name(self) -> str: ...

    def owner(self) -> Owner | None:
        """Whose it says it is; None where it does not say. Raises `Refused` where that cannot be read."""

    def own(self, owner: Owner) -> None:
        """It says so from now on."""


def parse(text: "str | bytes", source: str = FILE) -> Owner:
    """The owner in the text; raises `Refused`: what cannot be read is somebody's all the same."""
    hint = "it was written by another pgsteward, or damaged: read it with that one, or move it away"
    try:
        seen = json.loads(text)
        if seen["format_version"] == FORMAT and shaped(seen):
            return Owner(seen["environment"], seen["cluster"], tuple(seen["systems"]))
    except (ValueError, KeyError, TypeError):
        pass
    raise Refused(source, [Problem(FILE, "is not what pgsteward writes", hint)])


def shaped(seen: "dict[str, object]") -> bool:
    systems = seen["systems"]
    named = all(isinstance(seen[key], str) for key in ("environment", "cluster"))
    return named and isinstance(systems, list) and all(SYSTEM.fullmatch(one) for one in systems)


def me(told: Described) -> Owner:
    """The cluster of this host; its system is not known where there is no data."""
    system = identifier(told.data)
    return Owner(told.environment, told.cluster, (system,) if system else ())


def identifier(data: Path) -> str:
    """The system identifier of a data directory: the first eight bytes of pg_control, in every version; or empty."""
    try:
        head = (data / "global" / "pg_control").read_bytes()[:8]
    except OSError:
        return ""
    return str(int.from_bytes(head, sys.byteorder)) if len(head) == 8 else ""


def judged(name: str, mine: Owner, marked: Owner | None, dumps: Iterable[Stored]) -> Owner:
    """Whose the place is, if it is `mine`; raises `Refused` for a stranger's. One that says nothing is the cluster's
    whose dumps lie in it; an empty one is taken."""
    if marked is None:
        systems = sorted({one.manifest.system for one in dumps})
        if not mine.systems:
            what = "does not say whose it is, and no data here tells who we are"
            raise Refused(mine.cluster, [Problem(name, what, "send from a server that has its data")])
        if not systems or mine.systems[-1] in systems:
            return mine
        marked = Owner("", mine.cluster, tuple(systems))
    if not same(mine, marked):
        raise Refused(mine.cluster, [Problem(name, f"belongs to {marked}, and this is {mine}", hint(name, marked))])
    return marked


def same(mine: Owner, marked: Owner) -> bool:
    """Whether both are one cluster, as far as either knows."""
    if "" not in (mine.environment, marked.environment) and mine.environment != marked.environment:
        return False
    if mine.cluster != marked.cluster:
        return False
    return mine.systems[-1] in marked.systems if mine.systems else bool(marked.environment)


def hint(name: str, marked: Owner) -> str:
    """How an operator goes on."""
    before = marked.systems[-1] if marked.systems else "SYSTEM"
    return (
        "give this environment a place of its own (another prefix, repository or directory); where the cluster was "
        f"made anew, or copied for good, take it over: steward dump own {marked.cluster} {name} --from {before}"
    )


Some = TypeVar("Some", bound=Stored)


def of(owner: Owner, dumps: Iterable[Some]) -> list[Some]:
    """Those of them that are the owner's."""
    return [one for one in dumps if one.manifest.system in owner.systems]


def strangers(owner: Owner, dumps: Iterable[Stored]) -> dict[str, int]:
    """How many there are of each other system."""
    found: dict[str, int] = {}
    for one in dumps:
        if one.manifest.system not in owner.systems:
            found[one.manifest.system] = found.get(one.manifest.system, 0) + 1
    return found


def owned(place: Place, mine: Owner, dumps: Callable[[], Collection[Stored]]) -> Owner:
    """Whose the place is, which says so from now on; raises `Refused` for a stranger's. `dumps` is asked only where it
    does not say."""
    marked = place.owner()
    found = judged(place.name, mine, marked, dumps() if marked is None else ())
    if marked is None:
        settled(place, mine, found)
    return found


def readable(place: Place, mine: Owner, dumps: Collection[Stored]) -> Owner:
    """Of whose dumps the latest is handed out: the owner's, where that is `mine`; else those of our own system alone.
    Nothing is written. Where neither the place nor we know, and all are of one system, it is that one's."""
    marked, systems = place.owner(), {one.manifest.system for one in dumps}
    if marked and (same(mine, marked) or not (mine.systems or marked.environment)):
        return marked
    if marked or mine.systems or len(systems) != 1:
        return mine
    return replace(mine, systems=tuple(systems))


def settled(place: Place, mine: Owner, wanted: Owner) -> None:
    """Writes it down, and looks who did it last: two may have begun at once."""
    place.own(wanted)
    seen = place.owner()
    if seen != wanted:
        judged(place.name, mine, seen, ())


def taken(place: Place, mine: Owner, dumps: Callable[[], Collection[Stored]], before: str) -> Owner:
    """The place is taken over from whoever has the system `before`, which an operator has typed."""
    marked = place.owner()
    systems = marked.systems if marked else tuple(sorted({one.manifest.system for one in dumps()}))
    if before not in systems or not mine.systems:
        known = ", ".join(systems) or "none"
        raise Refused(mine.cluster, [Problem(place.name, f"is not of the system {before}", f"systems there: {known}")])
    kept = marked.systems if marked else (before,)
    wanted = replace(mine, systems=(*(one for one in kept if one not in mine.systems), *mine.systems))
    settled(place, mine, wanted)
    return wanted
