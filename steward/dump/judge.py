"""Whether the dumps of a database are what was declared: those on a host's own disk, and those at each target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fleet.duration import about

from ..chain.check import BROKEN, LATE, NOTE, Check
from ..chain.judge import SLACK
from .retention import Stored, good, ordered

HERE = "here"
AHEAD = 3600
"""Seconds that a dump may be dated after now: clocks of two hosts differ."""
SENT = 86400
"""Seconds in which a dump gets to its targets, a network that is away for a while included."""


@dataclass(frozen=True)
class Place:
    """The dumps of one thing in one place. `mine`: whether this node was the last to take one, and has to answer for
    their age. `pause`, `verify_pause`: seconds from one to the next, at most; 0 for no bound. `here`: a target is held
    against what is on this host."""

    database: str
    name: str
    dumps: Sequence[Stored]
    mine: bool
    pause: int
    verify_pause: int
    here: Sequence[Stored] = ()

    @property
    def where(self) -> str:
        return f"dumps of {self.database}, {self.name}"

    @property
    def good(self) -> Stored | None:
        """The newest one that nothing is known against."""
        return next(filter(good, ordered(self.dumps)), None)

    @property
    def verified(self) -> Stored | None:
        """The newest one that a restore has proved."""
        return next((one for one in ordered(self.dumps) if one.verified and one.verified.sound), None)


def judge(place: Place, told: int, now: int) -> Iterator[Check]:
    """What is wrong with them; `told`: since when they are declared so."""
    yield from _damaged(place)
    yield from _future(place, now)
    if place.mine:
        yield from _late(place, told, now)
        yield from _unverified(place, told, now)
    if place.name != HERE:
        yield from _pending(place, now)


def spoilt(found: dict[str, str]) -> Iterator[Check]:
    """Directories on the host that look like dumps, and are none: by their names, why."""
    for name, why in found.items():
        hint = "it cannot be restored; look at the disk, and remove it"
        yield Check(f"dump {name}", f"is none: {why}", hint, NOTE)


def strangers(place: str, found: dict[str, int]) -> Iterator[Check]:
    """Dumps of other systems that lie in a place of the cluster's: by system, how many."""
    for system, count in found.items():
        what = f"{count} of them {'is' if count == 1 else 'are'} of another system ({system}), and left alone"
        hint = "whose are they? two environments need a place each; the cluster's own of before: steward dump own"
        yield Check(f"dumps, {place}", what, hint, NOTE)


def _damaged(place: Place) -> Iterator[Check]:
    proven = place.verified
    for one in place.dumps:
        if one.verified and not one.verified.sound:
            newer = proven is not None and ordered([one, proven])[0] is proven
            what = f"{one.manifest.id} is not sound: {'; '.join(one.verified.problems[:1])}"
            hint = "a newer one is sound" if newer else f"take another: steward dump take … {place.database}"
            yield Check(place.where, what, hint, NOTE if newer else BROKEN)


def _future(place: Place, now: int) -> Iterator[Check]:
    ahead = [one.manifest for one in place.dumps if one.manifest.begin > now + AHEAD]
    if ahead:
        what = f"{ahead[-1].id} is dated {about(ahead[-1].begin - now)} from now"
        yield Check(place.where, what, "which clock jumped? in their order dumps are not told by it", NOTE)


def _late(place: Place, told: int, now: int) -> Iterator[Check]:
    newest = max((one.manifest.end for one in place.dumps if good(one) and one.manifest.end <= now + AHEAD), default=0)
    if place.pause and now - max(newest, told) > place.pause + SLACK:
        what = f"the last good one is {about(now - newest)} old" if newest else "there is no good one"
        yield Check(place.where, what, "why did the last job not run, or fail? see its record", LATE)


def _unverified(place: Place, told: int, now: int) -> Iterator[Check]:
    at = max((one.verified.at for one in place.dumps if one.verified and one.verified.sound), default=0)
    if place.verify_pause and now - max(at, told) > place.verify_pause + SLACK:
        what = f"none was proved by a restore for {about(now - at)}" if at else "none was ever proved by a restore"
        yield Check(place.where, what, "why did the last verification not run, or fail? steward dump verify", LATE)


def _pending(place: Place, now: int) -> Iterator[Check]:
    """The newest one here, where it should have arrived long ago."""
    newest = next(filter(good, ordered(place.here)), None)
    if newest is None or newest.manifest.id in {one.manifest.id for one in place.dumps}:
        return
    waited = now - newest.manifest.end
    if waited > SENT and ordered([newest, *place.dumps])[0] is newest:
        what = f"{newest.manifest.id} is not there after {about(waited)}"
        yield Check(place.where, what, "steward dump send says why", LATE)


def document(place: Place) -> dict[str, Any]:
    """A place as JSON has it: how many there are, the last good one, and the last that is verified."""
    return {
        "database": place.database,
        "place": place.name,
        "count": len(place.dumps),
        "good": _document(place.good),
        "verified": _document(place.verified),
    }


def _document(one: Stored | None) -> dict[str, Any] | None:
    if one is None:
        return None
    proved = one.verified.at if one.verified and one.verified.sound else None
    found = one.manifest
    return {"id": found.id, "end": found.end, "size": getattr(one, "size", found.size), "verified_at": proved}
