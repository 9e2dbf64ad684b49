"""RTO and RPO over the drills, a line for each kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import duration, moment
from ..drill import BESIDE, KINDS, LIVE, SPARE, Report
from .scale import Tick, marks, share, top

GROUPS = {"from backups": (*BESIDE, *SPARE), "of live drills": LIVE}
MOST = 40
"""Drills that are shown, the newest."""
FAR = 3
"""A promise that is so many times what was measured would flatten the lines: it is said, not drawn."""


@dataclass(frozen=True)
class Point:
    """One drill; `said` is what is shown where somebody points at it."""

    left: float
    bottom: float
    ok: bool
    said: str


@dataclass(frozen=True)
class Series:
    """One kind: its points, and the line through them as SVG draws it from the top of a square of 100."""

    kind: str
    points: tuple[Point, ...]
    line: str


@dataclass(frozen=True)
class Limit:
    """What was promised of a kind; `bottom` None where it lies too far above to be drawn."""

    kind: str
    bottom: float | None
    said: str


@dataclass(frozen=True)
class Trend:
    """One plot."""

    measure: str
    group: str
    meaning: str
    ticks: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    series: tuple[Series, ...]
    limits: tuple[Limit, ...]


def trends(reports: Sequence[Report]) -> Iterator[Trend]:
    """The plots that there is something to draw in: seconds of a promotion do not show beside minutes of a restore."""
    for group, kinds in GROUPS.items():
        shown = [one for one in sorted(reports, key=lambda one: one.begin) if one.kind in kinds][-MOST:]
        for measure, meaning in (("RTO", "until a client has written again"), ("RPO", "of writes that would be lost")):
            if any(value(one, measure) is not None for one in shown):
                yield trend(measure, group, meaning, shown)


def value(one: Report, measure: str) -> float | None:
    return one.rto if measure == "RTO" else one.rpo


def promised(one: Report, measure: str) -> float | None:
    return one.targets.rto if measure == "RTO" else one.targets.rpo


def trend(measure: str, group: str, meaning: str, shown: Sequence[Report]) -> Trend:
    values = [found for one in shown if (found := value(one, measure)) is not None]
    limits = [found for one in shown if (found := promised(one, measure))]
    near = [one for one in limits if one <= FAR * max(values)]
    end = top(max([*values, *near]))
    return Trend(
        measure=measure,
        group=group,
        meaning=meaning,
        ticks=tuple(marks(end)),
        dates=tuple(dates(shown)),
        series=tuple(series(shown, measure, end)),
        limits=tuple(bounds(shown, measure, end)),
    )


def place(index: int, count: int) -> float:
    """Where a drill stands: each as far from the next as the others, none on the edge."""
    return share(index + 0.5, 0, count)


def series(shown: Sequence[Report], measure: str, end: float) -> Iterator[Series]:
    for kind in KINDS:
        points = tuple(
            Point(place(index, len(shown)), share(found, 0, end), one.ok, said(one, measure, found))
            for index, one in enumerate(shown)
            if one.kind == kind and (found := value(one, measure)) is not None
        )
        if points:
            steps = (f"{point.left:g} {round(100 - point.bottom, 2):g}" for point in points)
            yield Series(kind, points, f"M{' L'.join(steps)}")


def said(one: Report, measure: str, found: float) -> str:
    word = "" if one.ok else ", not a good one"
    return f"{one.kind} {moment.show(one.begin)}: {measure} {duration.about(found)}{word}"


def bounds(shown: Sequence[Report], measure: str, end: float) -> Iterator[Limit]:
    """The newest promise of each kind."""
    for kind in KINDS:
        found = [promised(one, measure) for one in shown if one.kind == kind]
        if found and found[-1] is not None:
            drawn = share(found[-1], 0, end) if found[-1] <= end else None
            yield Limit(kind, drawn, duration.about(found[-1]))


def dates(shown: Sequence[Report]) -> Iterator[Tick]:
    """The first and the last drill, and one in the middle of many."""
    middle = (len(shown) // 2,) if len(shown) > 6 else ()
    for index in dict.fromkeys((0, *middle, len(shown) - 1)):
        yield Tick(place(index, len(shown)), moment.date(shown[index].begin))
