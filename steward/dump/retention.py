"""Which dumps stay, here and at a target: by count and by age, and never without the last good and the last verified.

No clock is asked: how old a dump is is told by those that came after it, so that neither a clock that jumps nor a
schedule that stood still makes anything go. A dump that is dated wrongly takes, at most, one place of each rule.
What it refuses to do is delete.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol, TypeVar

from ..cluster import Retention
from .manifest import Manifest
from .verified import Verified

Bucket = tuple[int, ...]


class Stored(Protocol):
    """A dump, wherever it lies."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def verified(self) -> Verified | None: ...


Some = TypeVar("Some", bound=Stored)


def kept(dumps: Iterable[Stored], policy: Retention) -> dict[str, tuple[str, ...]]:
    """The ids of those that stay, each with the reasons why. Dumps of different things take no place of each other."""
    reasons: dict[str, list[str]] = {}
    for group in by_scope(dumps).values():
        same = ordered(group)
        for one, reason in (*guarded(same), *chosen(same, policy), *chosen(list(filter(good, same)), policy)):
            mine = reasons.setdefault(one.manifest.id, [])
            if reason not in mine:
                mine.append(reason)
    return {id: tuple(mine) for id, mine in reasons.items()}


def gone(dumps: Collection[Stored], policy: Retention) -> list[str]:
    """The ids of those that no rule keeps, oldest first."""
    staying = kept(dumps, policy)
    return [one.manifest.id for one in reversed(ordered(dumps)) if one.manifest.id not in staying]


def ordered(dumps: Iterable[Some]) -> list[Some]:
    """Newest first, whatever clocks said: by the position in the log of one and the same server. Of another server (a
    system made anew) all come before or after, and only there the clock of the newest has a word."""
    found = sorted(dumps, key=lambda one: age(one.manifest))
    newest = {one.manifest.system: (one.manifest.begin, one.manifest.system) for one in found}
    return sorted(found, key=lambda one: (newest[one.manifest.system], age(one.manifest)), reverse=True)


def age(one: Manifest) -> tuple[int, int, int, int, str]:
    """What grows with each dump of a server: another timeline comes after, and on one the log only grows. Where it
    stood still, the order in which its host made them tells."""
    return (one.timeline, one.position, one.sequence, one.begin, one.id)


def good(one: Stored) -> bool:
    """Whether nothing is known against it."""
    return one.verified is None or one.verified.sound


def by_scope(dumps: Iterable[Some]) -> Mapping[tuple[str, ...], list[Some]]:
    found: dict[tuple[str, ...], list[Some]] = {}
    for one in dumps:
        found.setdefault(one.manifest.scope, []).append(one)
    return found


def guarded(same: Iterable[Stored]) -> Iterable[tuple[Stored, str]]:
    """Those that stay whatever is declared: of each server the newest, the last good and the last verified one."""
    seen: set[tuple[str, str]] = set()
    for one in same:
        proven = one.verified is not None and one.verified.sound
        for reason, true in (("the newest", True), ("the last good", good(one)), ("the last verified", proven)):
            if true and (one.manifest.system, reason) not in seen:
                seen.add((one.manifest.system, reason))
                yield one, reason


def chosen(same: Collection[Stored], policy: Retention) -> Iterable[tuple[Stored, str]]:
    """Those that the rules choose; newest first is how they are given."""
    yield from ((one, "last") for one in list(same)[: policy.last])
    for rule in RULES:
        yield from by_rule(same, rule, getattr(policy, rule.name))


def by_rule(same: Iterable[Stored], rule: "Rule", count: int) -> Iterable[tuple[Stored, str]]:
    seen: set[Bucket] = set()
    for one in same:
        bucket = rule.bucket(datetime.fromtimestamp(one.manifest.begin, timezone.utc))
        new = bucket not in seen
        if new and len(seen) < count:
            seen.add(bucket)
        if bucket in seen and (new or rule.all):
            yield one, rule.name


@dataclass(frozen=True)
class Rule:
    """Of the last so many days (weeks, months, years) on which there is a dump, the newest one, or `all`."""

    name: str
    bucket: Callable[[datetime], Bucket]
    all: bool = False


RULES = (
    Rule("days", lambda at: (at.year, at.month, at.day), all=True),
    Rule("daily", lambda at: (at.year, at.month, at.day)),
    Rule("weekly", lambda at: tuple(at.isocalendar())[:2]),
    Rule("monthly", lambda at: (at.year, at.month)),
    Rule("yearly", lambda at: (at.year,)),
)
