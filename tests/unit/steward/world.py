"""Archives, backups and repositories as the tests of chains and windows make them up, and naive readings of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from steward.chain import wal
from steward.chain.archive import Archive, Stretch
from steward.chain.backup import Account, Backup, Database
from steward.chain.judge import Repository
from steward.cluster import Described

SAMPLES = Path(__file__).parent / "samples"
MB16 = 16 << 20
NOW = 1_800_000_000
"""Seconds of the epoch, long after everything in these tests has arrived."""
DAY = 86400


def told(data: Path, cluster: str = "main", node: str = "pg1", rpo: int = 60) -> Described:
    """What steward is told of a node that has no repositories, jobs or peers."""
    return Described(cluster, node, True, 17, 5432, data, rpo, 0, (), (), False, (), (), {}, 0)


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class World:
    """Timelines as they really went: of each but the first its parent and where it branched off, and its end.

    Positions are small: a segment has `size` bytes, so that every byte can be looked at. `there` are the segments
    (timeline, number) that have arrived.
    """

    size: int
    branches: Mapping[int, tuple[int, int]]
    ends: Mapping[int, int]
    there: frozenset[tuple[int, int]]

    @property
    def timelines(self) -> tuple[int, ...]:
        return tuple(self.ends)

    def begin(self, timeline: int) -> int:
        return self.branches[timeline][1] if timeline in self.branches else 0

    def ancestors(self, timeline: int) -> tuple[int, ...]:
        """From the first timeline to this one."""
        parent = self.branches.get(timeline, (0, 0))[0]
        return (*self.ancestors(parent), timeline) if parent else (timeline,)

    def owner(self, timeline: int, position: int) -> int:
        """On which timeline the byte lies, for a log that runs to `timeline`."""
        if timeline in self.branches and position < self.branches[timeline][1]:
            return self.owner(self.branches[timeline][0], position)
        return timeline

    def histories(self) -> dict[int, tuple[Stretch, ...]]:
        found = {}
        for timeline in self.branches:
            pairs = pairwise(self.ancestors(timeline))
            found[timeline] = tuple(Stretch(one, self.begin(one), self.begin(after)) for one, after in pairs)
        return found

    def archive(self) -> Archive:
        segments: dict[int, dict[int, int]] = {}
        for timeline, number in self.there:
            segments.setdefault(timeline, {})[number] = 0
        return Archive(self.size, segments, self.histories())

    def written(self) -> frozenset[tuple[int, int]]:
        """All segments that were ever begun: on each timeline from the one in which it branched off."""
        return frozenset(
            (one, number) for one in self.ends for number in range(self.begin(one) // self.size, self.ends[one])
        )

    def needed(self, begin: int, timeline: int) -> list[tuple[int, int]]:
        """Segment by segment: each belongs to the timeline of its last byte."""
        last = max((number for one, number in self.there if one == timeline), default=None)
        stop = self.begin(timeline) // self.size if last is None else last + 1
        numbers = range(begin // self.size, stop)
        return [(self.owner(timeline, (number + 1) * self.size - 1), number) for number in numbers]

    def missing(self, begin: int, timeline: int) -> list[tuple[int, int]]:
        return [one for one in self.needed(begin, timeline) if one not in self.there]


@st.composite
def worlds(draw: st.DrawFn, complete: bool = False) -> World:
    """Up to four timelines that branch off each other anywhere, and archives that lack any of their segments."""
    size = draw(st.integers(1, 5))
    ends = {1: draw(st.integers(1, 8))}
    branches: dict[int, tuple[int, int]] = {}
    for timeline in range(2, draw(st.integers(1, 4)) + 1):
        parent = draw(st.sampled_from(sorted(ends)))
        least = branches[parent][1] if parent in branches else 0
        branch = draw(st.integers(least, ends[parent] * size))
        branches[timeline] = (parent, branch)
        ends[timeline] = -(-branch // size) + draw(st.integers(0, 4))
    world = World(size, branches, ends, frozenset())
    written = sorted(world.written())
    kept = -1 if complete else draw(st.integers(0, (1 << len(written)) - 1))
    return replace(world, there=frozenset(one for at, one in enumerate(written) if kept >> at & 1))


def segments(numbers: Iterable[int], arrived: int = 0) -> dict[int, int]:
    return dict.fromkeys(numbers, arrived)


def backup(
    label: str = "20261121-100000F",
    number: int = 2,
    timeline: int = 1,
    *,
    end: int = NOW - 3600,
    references: tuple[str, ...] = (),
    error: bool = False,
    database: int = 1,
    spans: int = 1,
) -> Backup:
    """A backup that began in the segment `number` and ended as many segments later as it spans."""
    kind = {"F": "full", "D": "diff", "I": "incr"}[label[-1]]
    return Backup(
        label=label,
        kind=kind,
        repository=1,
        database=database,
        error=error,
        begin=end - 60,
        end=end,
        first_segment=wal.show_name(timeline, number, MB16),
        first=number * MB16 + 0x28,
        last=(number + spans - 1) * MB16 + 0x100,
        references=references,
        size=1000,
        stored=100,
    )


def repository(
    *backups: Backup,
    archive: Archive | None = None,
    spoilt: Iterable[str] = (),
    status: str = "",
    databases: tuple[Database, ...] = (Database(1, "7710559376735902805", "17"),),
) -> Repository:
    """A repository that holds segments 1 to 20 of timeline 1, where none are given."""
    whole = Archive(MB16, {1: segments(range(1, 21))})
    account = Account(status, databases, backups)
    return Repository("near", DAY, account, whole if archive is None else archive, frozenset(spoilt))
