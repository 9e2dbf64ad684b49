"""What only a primary can say of its log, its standbys and its repositories."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from steward.chain import primary
from steward.chain.archive import Archive, Stretch
from steward.chain.backup import Account, Database
from steward.chain.check import BROKEN, LATE, Check
from steward.chain.primary import BEHIND, SILENT, Primary

from .world import MB16, backup, repository, segments

SYSTEM = "7710559376735902805"
STREAMING: Mapping[str, Mapping[str, Any]] = {"pg2": {"state": "streaming"}}
GOOD = Primary(
    system=SYSTEM,
    timeline=1,
    position=21 * MB16 + 0x500,
    segment_size=MB16,
    waiting=0,
    failing="",
    silence=0.4,
    due=20 * MB16,
    page_errors=0,
    streaming=STREAMING,
)


def said(seen: Primary, queue: int = 10 * MB16) -> list[tuple[str, str, str]]:
    return [(one.state, one.where, one.what) for one in primary.judge(seen, 60, queue, ("pg2",))]


def of_repository(seen: Primary, **changed: Any) -> list[Check]:
    return list(primary.judge_repository(seen, replace(repository(backup()), **changed), 60))


def test_a_good_primary_is_good() -> None:
    assert said(GOOD) == []
    assert of_repository(GOOD) == []


def test_failing_archiving_is_late_as_long_as_the_queue_holds() -> None:
    seen = replace(GOOD, failing="00000001000000000000000D")
    assert said(seen) == [(LATE, "archive", "archiving fails, last at 00000001000000000000000D")]


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        (5, []),
        (6, ["6 segments wait, 60 % of what may; beyond that pgBackRest drops them"]),
        (40, ["40 segments wait, 100 % of what may; beyond that pgBackRest drops them"]),
    ],
)
def test_waiting_wal_is_told_before_any_is_dropped(waiting: int, expected: list[str]) -> None:
    assert [what for _, _, what in said(replace(GOOD, waiting=waiting))] == expected


def test_without_a_bound_nothing_is_dropped() -> None:
    assert said(replace(GOOD, waiting=9999), queue=0) == []


@pytest.mark.parametrize(
    ("silence", "expected"),
    [
        (float(SILENT), []),
        (SILENT + 0.6, ["the newest row is 31 s old"]),
        (None, ["no row was ever written"]),
    ],
)
def test_a_silent_heartbeat_is_late(silence: float | None, expected: list[str]) -> None:
    found = said(replace(GOOD, silence=silence))
    assert [what for _, _, what in found] == expected
    assert {state for state, _, _ in found} <= {LATE}


def test_pages_that_postgresql_met_are_told() -> None:
    assert said(replace(GOOD, page_errors=3)) == [
        (BROKEN, "data", "PostgreSQL met 3 pages with a bad checksum"),
    ]


@pytest.mark.parametrize("streaming", [{}, {"pg2": {"state": "catchup"}}, {"pg3": {"state": "streaming"}}])
def test_a_standby_that_does_not_stream_is_told_by_its_name(streaming: Mapping[str, Mapping[str, Any]]) -> None:
    found = said(replace(GOOD, streaming=streaming))
    assert found == [(BROKEN, "standby pg2", "does not stream from its primary")]


def test_another_cluster_under_the_same_stanza_is_told() -> None:
    """Facts 2.5: a new initdb; archiving fails, and `info` stays ok."""
    (found,) = of_repository(replace(GOOD, system="42"))
    assert (found.state, found.what) == (BROKEN, f"holds another cluster: system identifier {SYSTEM}, and not 42")
    assert "never run stanza-upgrade" in found.hint


def test_a_timeline_that_the_primary_does_not_know_is_another_servers() -> None:
    archive = Archive(MB16, {1: segments(range(1, 21)), 3: segments([15])}, {3: (Stretch(1, 0, 15 * MB16),)})
    (found,) = of_repository(GOOD, archive=archive)
    assert (found.state, found.what) == (BROKEN, "has a timeline 3 that this primary, on 1, knows nothing of")


def test_an_archive_that_stays_behind_says_where_it_ends() -> None:
    (found,) = of_repository(replace(GOOD, due=21 * MB16 + 1))
    assert found.state == LATE
    assert found.what == f"lacks what was written more than {60 + BEHIND} s ago: the archive ends at 0/15000000"
    assert of_repository(replace(GOOD, due=21 * MB16)) == []


def test_an_empty_archive_is_behind_everything() -> None:
    (found,) = of_repository(GOOD, archive=Archive(MB16, {}))
    assert found.what.endswith("the archive ends at 0/0")


def test_nothing_is_due_before_the_heartbeat_is_old_enough() -> None:
    assert of_repository(replace(GOOD, due=None), archive=Archive(MB16, {})) == []


def test_right_after_a_promotion_the_archive_ends_where_the_timeline_branched_off() -> None:
    archive = Archive(MB16, {1: segments(range(1, 20))}, {2: (Stretch(1, 0, 20 * MB16 + 0x148),)})
    promoted = replace(GOOD, timeline=2, due=20 * MB16)
    assert primary.archived(promoted, repository(backup(), archive=archive)) == 20 * MB16 + 0x148
    assert of_repository(promoted, archive=archive) == []


def test_of_a_repository_without_a_database_nothing_is_said_of_identity() -> None:
    one = replace(repository(backup()), account=Account("no valid backups", ()))
    assert list(primary.judge_repository(GOOD, one, 60)) == []
    known = replace(one, account=Account("", (Database(1, SYSTEM, "17"),)))
    assert list(primary.judge_repository(GOOD, known, 60)) == []
