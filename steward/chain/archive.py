"""What a repository holds of WAL: which segments of which timeline, when they came, and how timelines branched."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import wal

FILE = re.compile(r"([0-9A-F]{24})-[0-9a-f]{40}(\.[a-z0-9]+)?")
"""A segment in a repository: name, checksum, compression; not what is still being written (`….pgbackrest.tmp`)."""
SETTLED = 60
"""Seconds that a segment behind a missing one must have lain there: several are pushed at once, in any order."""


@dataclass(frozen=True)
class Stretch:
    """Positions of one timeline: from `begin`, to `end` where another timeline branched off; None for the last."""

    timeline: int
    begin: int
    end: int | None


@dataclass(frozen=True)
class Hole:
    """Segments that are missing, `first` to `last`, though later ones have arrived."""

    timeline: int
    first: int
    last: int
    size: int

    def __str__(self) -> str:
        first, last = (wal.show_name(self.timeline, one, self.size) for one in (self.first, self.last))
        return first if first == last else f"{first} to {last}"

    @property
    def position(self) -> int:
        """Where the log breaks off."""
        return self.first * self.size


@dataclass(frozen=True)
class Reach:
    """How far replay gets from a backup: the timeline, the position where the archive ends, and when that arrived."""

    timeline: int
    position: int
    arrived: int


@dataclass(frozen=True)
class Archive:
    """The WAL of one database in one repository: by timeline the segments' numbers with their time of arrival."""

    size: int
    segments: Mapping[int, Mapping[int, int]]
    histories: Mapping[int, tuple[Stretch, ...]] = field(default_factory=dict)
    paths: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Where each segment lies, by timeline and number."""
    twice: tuple[tuple[int, int], ...] = ()
    """Segments, by timeline and number, that are there with more than one content: pgBackRest fetches none of them."""

    @property
    def timelines(self) -> tuple[int, ...]:
        return tuple(sorted({*self.segments, *self.histories}))

    @property
    def newest(self) -> int:
        """The timeline that a recovery to the end follows; 0 for an empty archive."""
        return max(self.timelines, default=0)

    def ancestry(self, timeline: int) -> tuple[Stretch, ...]:
        """How the log runs to `timeline`: a stretch of each of its ancestors, then its own."""
        before = self.histories.get(timeline, ())
        begin = before[-1].end if before else 0
        return (*before, Stretch(timeline, begin or 0, None))

    def leads(self, position: int, of: int, to: int) -> bool:
        """Whether the log that runs to timeline `to` passes the position on the timeline `of`."""
        return any(one.timeline == of and (one.end is None or position <= one.end) for one in self.ancestry(to))

    def last(self, timeline: int) -> int | None:
        """The number of the newest segment of a timeline."""
        return max(self.segments.get(timeline, ()), default=None)

    def needed(self, begin: int, timeline: int) -> Iterator[tuple[int, range]]:
        """Which segments (timeline, numbers) lead from the position `begin` to the newest one of `timeline`."""
        for stretch in self.ancestry(timeline):
            if stretch.end is not None and stretch.end <= begin:
                continue
            first = max(begin, stretch.begin) // self.size
            if stretch.end is None:
                last = self.last(timeline)
                yield timeline, range(first, first if last is None else last + 1)
            else:  # the segment in which the next timeline begins lies there in full
                yield stretch.timeline, range(first, stretch.end // self.size)

    def holes(self, begin: int, timeline: int, now: int) -> Iterator[Hole]:
        """What is missing between the position `begin` and the newest segment of `timeline`, oldest first."""
        for one, numbers in self.needed(begin, timeline):
            there = self.segments.get(one, {})
            missing: list[int] = []
            for number in numbers:
                if number not in there:
                    missing.append(number)
                elif missing:
                    if now - there[number] >= SETTLED:
                        yield Hole(one, missing[0], missing[-1], self.size)
                    missing = []
            if missing:  # a timeline that was left behind: what it lacks will not come any more
                yield Hole(one, missing[0], missing[-1], self.size)

    def reach(self, begin: int, timeline: int) -> Reach:
        """How far replay gets from the position `begin` toward `timeline` without a missing segment."""
        found = Reach(timeline, begin, 0)
        for one, numbers in self.needed(begin, timeline):
            there = self.segments.get(one, {})
            for number in numbers:
                if number not in there:
                    return found
                found = Reach(one, (number + 1) * self.size, there[number])
        return found


def archive(listing: str, histories: Mapping[int, str], size: int) -> Archive:
    """The archive in `pgbackrest repo-ls --recurse --output=json` of its directory, and its history files."""
    segments: dict[int, dict[int, int]] = {}
    entries = json.loads(listing or "{}")
    found = list(_files(entries, size))
    paths = dict(found)
    for (timeline, number), path in paths.items():
        segments.setdefault(timeline, {})[number] = int(entries[path]["time"])
    known = {timeline: history(text) for timeline, text in histories.items()}
    return Archive(size, segments, known, paths, _twice(found))


def files(listing: str, size: int) -> dict[tuple[int, int], str]:
    """The paths of the segments in a listing, by timeline and number."""
    return dict(_files(json.loads(listing or "{}"), size))


def _twice(found: Iterable[tuple[tuple[int, int], str]]) -> tuple[tuple[int, int], ...]:
    """The segments that are there more than once, by timeline and number."""
    counts = Counter(segment for segment, _ in found)
    return tuple(sorted(segment for segment, count in counts.items() if count > 1))


def _files(entries: Mapping[str, Any], size: int) -> Iterator[tuple[tuple[int, int], str]]:
    for path, entry in entries.items():
        name = FILE.fullmatch(path.rpartition("/")[2])
        if entry["type"] == "file" and name:
            yield wal.parse_name(name[1], size), path


def histories(listing: str) -> dict[int, str]:
    """The paths of the history files in a listing, by timeline."""
    names = (path for path in json.loads(listing or "{}") if path.endswith(".history"))
    return {int(path.rpartition("/")[2].partition(".")[0], 16): path for path in names}


def history(text: str) -> tuple[Stretch, ...]:
    """The stretches of the ancestors in a history file: lines of `timeline position reason`, oldest first."""
    found: list[Stretch] = []
    for line in text.splitlines():
        words = line.split(None, 2)
        if len(words) >= 2 and words[0].isdigit():
            begin = found[-1].end if found else 0
            found.append(Stretch(int(words[0]), begin or 0, wal.parse_lsn(words[1])))
    return tuple(found)
