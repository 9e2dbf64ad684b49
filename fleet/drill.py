"""What a drill wrote down: how long a recovery took, part by part, what was lost, and what proved that it was one.

One file a drill, in JSON, on the host that it was made on. It judges nothing that the drill has not judged itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .duration import about
from .size import about as size

FORMAT = 1
BESIDE = ("restore", "pitr", "dump")
"""Made by a node for itself, from cron or by hand; production is not touched."""
SPARE = ("disaster",)
"""Made on hosts that have nothing of production."""
LIVE = ("failover", "switchover", "node")
"""Done to the running cluster, by hand, with its name typed."""
KINDS = (*BESIDE, *SPARE, *LIVE)


@dataclass(frozen=True)
class Phase:
    """A part of a recovery. `bytes` were moved and `segments` of WAL replayed, where that is known."""

    name: str
    seconds: float
    bytes: int | None = None
    segments: int | None = None


@dataclass(frozen=True)
class Proof:
    """A claim about what came back: whether it holds, and what was said where it does not, or beside."""

    what: str
    ok: bool
    said: str = ""


@dataclass(frozen=True)
class Outage:
    """What a client saw: the longest pause between two acknowledged writes, and what became of those.

    `interval`: seconds between two attempts to write.
    """

    seconds: float
    acknowledged: int
    missing: int
    errors: int
    interval: float


@dataclass(frozen=True)
class Targets:
    """What was promised, in seconds; None for no promise."""

    rto: float | None = None
    rpo: float | None = None


@dataclass(frozen=True)
class Report:
    """One drill. Moments are seconds of the epoch; `rto` and `rpo` are seconds, None where not measured.

    `source`: what it came back from: `repository` and `backup`, or `dump`, and what else there is to say.
    """

    kind: str
    cluster: str
    node: str
    begin: int
    end: int
    ok: bool
    problems: tuple[str, ...] = ()
    targets: Targets = Targets()
    rto: float | None = None
    rpo: float | None = None
    source: Mapping[str, Any] = field(default_factory=dict)
    phases: tuple[Phase, ...] = ()
    proof: tuple[Proof, ...] = ()
    outage: Outage | None = None

    @property
    def seconds(self) -> float:
        """Of all phases together."""
        return sum(one.seconds for one in self.phases)

    def document(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {"format_version": FORMAT, **asdict(self)}


def report(found: Any) -> Report:
    """The report in its JSON; raises ValueError where it is none, or one of a format that is not known here."""
    try:
        if found["format_version"] != FORMAT:
            raise ValueError(f"it has format {found['format_version']}, and {FORMAT} is known here")
        return _report(found)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"it is not what a drill writes: {type(error).__name__} {error}") from None


def _report(found: Mapping[str, Any]) -> Report:
    outage = found.get("outage")
    return Report(
        kind=str(found["kind"]),
        cluster=str(found["cluster"]),
        node=str(found["node"]),
        begin=int(found["begin"]),
        end=int(found["end"]),
        ok=bool(found["ok"]),
        problems=tuple(map(str, found["problems"])),
        targets=Targets(_seconds(found["targets"]["rto"]), _seconds(found["targets"]["rpo"])),
        rto=_seconds(found["rto"]),
        rpo=_seconds(found["rpo"]),
        source=dict(found["source"]),
        phases=tuple(_phase(one) for one in found["phases"]),
        proof=tuple(Proof(str(one["what"]), bool(one["ok"]), str(one["said"])) for one in found["proof"]),
        outage=Outage(**outage) if outage else None,
    )


def _phase(one: Mapping[str, Any]) -> Phase:
    count, segments = one.get("bytes"), one.get("segments")
    return Phase(
        str(one["name"]),
        float(one["seconds"]),
        None if count is None else int(count),
        None if segments is None else int(segments),
    )


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)


def missed(rto: float | None, rpo: float | None, targets: Targets) -> Iterator[str]:
    """A sentence for each promise that was not kept."""
    for word, measured, promised in (("RTO", rto, targets.rto), ("RPO", rpo, targets.rpo)):
        if promised is not None and measured is not None and measured > promised:
            yield f"{word} is {measured:.1f} s, and {promised:.0f} s were promised"


def unknown(rto: float | None, rpo: float | None, targets: Targets) -> Iterator[str]:
    """A sentence for each promise of which nobody knows whether it was kept."""
    for word, measured, promised in (("RTO", rto, targets.rto), ("RPO", rpo, targets.rpo)):
        if promised is not None and measured is None:
            yield f"{word} was not measured, and {promised:.0f} s were promised"


def shown(found: Report) -> str:
    """The drill for people."""
    word = "good" if found.ok else "NOT GOOD"
    lines = [f"drill {found.kind} of {found.cluster} on {found.node}: {word}"]
    lines += [f"  {one}" for one in found.problems]
    if found.source:
        lines.append("  " + ", ".join(f"{name} {value}" for name, value in found.source.items()))
    for name, value, promised in (("RTO", found.rto, found.targets.rto), ("RPO", found.rpo, found.targets.rpo)):
        if value is not None:
            lines.append(f"  {name} {value:.1f} s" + ("" if promised is None else f" of {about(promised)} promised"))
    for one in found.phases:
        speed = f", {size(int(one.bytes / one.seconds))}/s" if one.bytes and one.seconds else ""
        pace = f", {one.segments} segments" if one.segments is not None else ""
        lines.append(f"    {one.name:12} {one.seconds:7.2f} s{speed}{pace}")
    lines += [f"  {'yes' if one.ok else 'NO '}  {one.what}{f': {one.said}' if one.said else ''}" for one in found.proof]
    return "\n".join(lines)
