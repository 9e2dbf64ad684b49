"""What was promised of each kind of recovery, and what its last drill measured."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .. import duration, schedule
from ..drill import KINDS, Report
from ..environment import Beside, Cluster
from .scale import share

SLACK = 7200
"""Seconds that a scheduled drill may be late."""
MEANINGS = {
    "restore": "the newest backup, beside production",
    "pitr": "a random moment, beside production",
    "dump": "the newest dump, beside production",
    "disaster": "everything lost but a repository",
    "failover": "the primary is lost",
    "switchover": "the primary changes, as planned",
    "node": "a standby is lost",
}


@dataclass(frozen=True)
class Measure:
    """RTO or RPO: what was measured and promised, in words; `share` of the promise that was used, in percent."""

    measured: str
    promised: str
    share: float
    kept: bool


@dataclass(frozen=True)
class Promise:
    """A kind of recovery. `state`: good, broken (the last drill was not good), late (it is due), or never."""

    kind: str
    meaning: str
    times: str
    state: str
    last: str
    rto: Measure
    rpo: Measure


def promises(cluster: Cluster, reports: Sequence[Report], now: int) -> Iterator[Promise]:
    """The kinds that are declared, and those that were drilled all the same."""
    for kind in KINDS:
        one = getattr(cluster.drills, kind, None)
        found = newest(reports, kind)
        if one is None and found is None:
            continue
        times = one.when or "" if isinstance(one, Beside) else ""
        rto = one.rto if one else found.targets.rto if found else None
        rpo = one.rpo if one else found.targets.rpo if found else None
        yield Promise(
            kind=kind,
            meaning=MEANINGS[kind],
            times=times or "by hand",
            state=state(found, times, now),
            last=f"{duration.about(now - found.end)} ago on {found.node}" if found else "never",
            rto=measure(found.rto if found else None, rto),
            rpo=measure(found.rpo if found else None, rpo),
        )


def newest(reports: Iterable[Report], kind: str) -> Report | None:
    return max((one for one in reports if one.kind == kind), key=lambda one: one.begin, default=None)


def state(found: Report | None, times: str, now: int) -> str:
    if found is None:
        return "never"
    if not found.ok:
        return "broken"
    late = times and now - found.begin > schedule.parse(times).longest_pause + SLACK
    return "late" if late else "good"


def measure(measured: float | None, promised: float | None) -> Measure:
    return Measure(
        measured="" if measured is None else duration.about(measured),
        promised="" if promised is None else duration.about(promised),
        share=share(measured or 0.0, 0.0, promised) if promised else 100.0 if measured and promised == 0 else 0.0,
        kept=measured is None or promised is None or measured <= promised,
    )
