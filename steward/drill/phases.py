"""PURE: the parts of a recovery by the clock of the server that recovered, out of its log."""

import re
from collections.abc import Iterator
from datetime import datetime, timezone

from fleet.drill import Phase

LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \S+ \[\d+\] LOG:  (.*)")
SEGMENT = re.compile(r'restored log file "[0-9A-F]{24}" from archive')
REPLAYED = ("redo done at", "redo is not required")
PROMOTED = ("archive recovery complete",)


def phases(log: str, begun: float, accepted: float) -> Iterator[Phase]:
    """Replay, promotion and acceptance between two moments of the epoch: the start, and the first connection.

    What the log does not tell of counts to what follows.
    """
    events = [(moment(found[1]), found[2]) for line in log.splitlines() if (found := LINE.match(line))]
    segments = sum(SEGMENT.match(text) is not None for _, text in events)
    replayed, promoted = first(events, REPLAYED), first(events, PROMOTED)
    edge = begun
    for name, at, count in (("replay", replayed, segments), ("promote", promoted, None), ("accept", accepted, None)):
        if at is not None:
            yield Phase(name, round(max(at - edge, 0.0), 3), segments=count)
            edge = max(at, edge)


def moment(text: str) -> float:
    """Seconds of the epoch; the server of a drill logs in GMT."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


def first(events: "list[tuple[float, str]]", words: "tuple[str, ...]") -> "float | None":
    """When the first event that begins with one of the words was logged."""
    return next((at for at, text in events if text.startswith(words)), None)
