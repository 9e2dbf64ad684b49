"""The backups of a cluster by time, a line for each repository, and how far each of them reaches back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .. import duration, moment, size
from ..status import standing
from ..status.document import Backup, Document
from .scale import Tick, moments, share

BEFORE = 0.03
"""Of the whole length, before the first backup."""
WORDS = {"full": "full", "diff": "differential", "incr": "incremental"}


@dataclass(frozen=True)
class Mark:
    """One backup."""

    left: float
    kind: str
    restorable: bool
    said: str


@dataclass(frozen=True)
class Line:
    """One repository. `left`: from where on every moment can be reached; None where none can."""

    name: str
    state: str
    left: float | None
    marks: tuple[Mark, ...]
    facts: tuple[str, ...]
    holes: tuple[str, ...]


@dataclass(frozen=True)
class Timeline:
    """All repositories on one scale of time."""

    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]


def timeline(
    repositories: Iterable[standing.Repository], documents: Mapping[str, Document], now: int
) -> Timeline | None:
    """The lines of a cluster; None where it has no repository."""
    found = [(one, backups(one, documents)) for one in repositories]
    if not found:
        return None
    oldest = min((kept.end for _, every in found for kept in every), default=now - 86_400)
    begin = oldest - max((now - oldest) * BEFORE, 60)
    lines = tuple(line(one, every, begin, now) for one, every in found)
    return Timeline(tuple(moments(begin, now)), lines)


def backups(one: standing.Repository, documents: Mapping[str, Document]) -> tuple[Backup, ...]:
    """The backups of a repository, as the node sees them whose account counts."""
    document = documents.get(one.seen_by) if one.seen_by else None
    return document.repositories[one.name].backups if document else ()


def line(one: standing.Repository, every: tuple[Backup, ...], begin: float, now: int) -> Line:
    marks = tuple(Mark(share(kept.end, begin, now), kept.kind, kept.restorable, said(kept)) for kept in every)
    back = one.oldest_restorable
    left = None if back is None else share(back, begin, now)
    return Line(one.name, one.state, left, marks, tuple(facts(one)), tuple(one.holes))


def said(kept: Backup) -> str:
    lost = "" if kept.restorable else ", cannot be restored"
    return f"{WORDS.get(kept.kind, kept.kind)}, {moment.show(kept.end)}, {size.about(kept.stored)}{lost}"


def facts(one: standing.Repository) -> Iterator[str]:
    """What else is to be known of a repository, in a few words each."""
    if one.seen_by is None:
        yield "no node could look into it"
        return
    if one.archive_age_seconds is not None:
        yield f"lacks the last {duration.about(one.archive_age_seconds)}"
    if one.oldest_restorable_age_seconds is not None:
        yield f"reaches {duration.about(one.oldest_restorable_age_seconds)} back"
    yield f"{size.about(one.stored)} stored"
    verified = one.verified_age_seconds
    yield "never verified" if verified is None else f"verified {duration.about(verified)} ago"
