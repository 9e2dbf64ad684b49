"""Each drill as a bar: its phases one after the other, and what proved it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import duration, moment, size
from ..drill import Outage, Phase, Proof, Report
from .scale import share

MOST = 30
"""Drills that are shown, the newest."""
KNOWN = (
    *("detect", "ready hosts", "restore", "configure", "replay", "promote", "accept", "first write"),
    "proof",
)
"""Phases that have a colour of their own, in their order."""


@dataclass(frozen=True)
class Part:
    """A phase: `colour` by its place in `KNOWN`, from 0; -1 for another."""

    name: str
    colour: int
    width: float
    seconds: str
    said: str


@dataclass(frozen=True)
class Bar:
    """One drill; `facts` are pairs of a word and what it is."""

    kind: str
    at: str
    node: str
    ok: bool
    rto: str
    rpo: str
    problems: tuple[str, ...]
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, str], ...]
    proof: tuple[Proof, ...]


def bars(reports: Sequence[Report]) -> Iterator[Bar]:
    """The newest first; bars of one kind have one scale."""
    shown = sorted(reports, key=lambda one: one.begin, reverse=True)[:MOST]
    longest = {one.kind: max(other.seconds for other in shown if other.kind == one.kind) for one in shown}
    for one in shown:
        yield bar(one, longest[one.kind])


def bar(one: Report, longest: float) -> Bar:
    return Bar(
        kind=one.kind,
        at=moment.show(one.begin),
        node=one.node,
        ok=one.ok,
        rto="" if one.rto is None else duration.about(one.rto),
        rpo="" if one.rpo is None else duration.about(one.rpo),
        problems=one.problems,
        parts=tuple(part(phase, longest) for phase in one.phases),
        facts=tuple(facts(one)),
        proof=one.proof,
    )


def part(phase: Phase, longest: float) -> Part:
    colour = KNOWN.index(phase.name) if phase.name in KNOWN else -1
    spent = duration.about(phase.seconds)
    pace = [spent]
    if phase.bytes and phase.seconds:
        pace.append(f"{size.about(phase.bytes)} at {size.about(int(phase.bytes / phase.seconds))}/s")
    if phase.segments and phase.seconds:
        pace.append(f"{phase.segments} segments at {phase.segments / phase.seconds:.1f}/s")
    return Part(phase.name, colour, share(phase.seconds, 0, longest), spent, ", ".join(pace))


def facts(one: Report) -> Iterator[tuple[str, str]]:
    for name, value in one.source.items():
        yield name, str(value)
    if one.outage:
        yield "clients", outage(one.outage)


def outage(one: Outage) -> str:
    lost = f"{one.missing} of {one.acknowledged} acknowledged rows are missing"
    return f"no write for {duration.about(one.seconds)}, {one.errors} errors; {lost}"
