"""What is wrong with a repository, each fault by its name (facts, section 2.5)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.chain import judge
from steward.chain.archive import Archive, Stretch
from steward.chain.backup import Database
from steward.chain.check import BROKEN, LATE, NOTE, Check, worst
from steward.chain.judge import SLACK, Repository

from .world import DAY, MB16, NOW, backup, repository, segments

FULL, DIFF, INCR = "20261121-100000F", "20261121-100000F_20261121-110000D", "20261121-100000F_20261121-120000I"


def said(one: Repository, now: int = NOW) -> list[tuple[str, str, str]]:
    return [(check.state, check.where, check.what) for check in judge.judge(one, now)]


def holed(*missing: int, last: int = 20, arrived: int = 0) -> Archive:
    return Archive(MB16, {1: segments([number for number in range(1, last + 1) if number not in missing], arrived)})


def test_a_whole_repository_is_good() -> None:
    one = repository(backup(FULL), backup(DIFF, 5, references=(FULL,)))
    assert said(one) == []
    assert judge.restorable(one) == one.account.backups
    assert worst(judge.judge(one, NOW)) == "good"


def test_pgbackrests_own_complaint_is_passed_on() -> None:
    assert said(repository(status="missing stanza path")) == [(BROKEN, "repository near", "missing stanza path")]


def test_a_stanza_without_backups_is_said_once() -> None:
    assert said(repository(status="no valid backups")) == [(BROKEN, "repository near", "no valid backups")]


# --- backups ---------------------------------------------------------------------------------------------------------


def test_pages_with_a_bad_checksum_are_told_though_the_backup_succeeded() -> None:
    """Facts 2.5: `backup` exits 0, and only `error: true` says it."""
    assert said(repository(backup(FULL, error=True))) == [
        (
            *(BROKEN, f"repository near, backup {FULL}"),
            "the data directory had pages with a bad checksum when it was taken",
        )
    ]


def test_a_damaged_full_backup_spoils_what_depends_on_it() -> None:
    """Facts 2.5: 2.55.1 and 2.60.0 call the dependent ones valid, and restoring them fails."""
    one = repository(backup(FULL), backup(DIFF, 5, references=(FULL,)), spoilt=[FULL])
    what = f"cannot be restored: it has damaged or missing files in {FULL}"
    assert said(one) == [
        (BROKEN, f"repository near, backup {FULL}", what),
        (BROKEN, f"repository near, backup {DIFF}", what),
        (BROKEN, "repository near", "holds no backup that can be restored"),
    ]


def test_a_damaged_differential_backup_leaves_its_full_one_sound() -> None:
    one = repository(backup(FULL), backup(DIFF, 5, references=(FULL,)), spoilt=[DIFF])
    assert [kept.label for kept in judge.restorable(one)] == [FULL]


def test_a_backup_whose_reference_is_gone_cannot_be_restored() -> None:
    one = repository(backup(FULL), backup(INCR, 5, references=(FULL, DIFF)))
    assert said(one) == [
        (
            *(BROKEN, f"repository near, backup {INCR}"),
            f"cannot be restored: it refers to {DIFF}, which is not there",
        )
    ]


def test_a_backup_without_the_wal_written_during_it_cannot_be_restored() -> None:
    one = repository(backup(FULL, 4, spans=4), archive=holed(6))
    assert said(one)[0] == (
        *(BROKEN, f"repository near, backup {FULL}"),
        "cannot be restored: it lacks WAL that was written during it, from 000000010000000000000006 on",
    )
    assert judge.restorable(one) == ()


def test_a_backup_is_not_restorable_when_all_wal_is_gone() -> None:
    one = repository(backup(FULL), archive=Archive(MB16, {}))
    assert (BROKEN, "repository near", "holds no backup that can be restored") in said(one)


def test_a_repository_that_was_given_to_a_foreign_cluster_proves_nothing_by_its_wal() -> None:
    """Facts 2.5: `stanza-upgrade` accepts a foreign cluster; its segments bear the same names."""
    databases = (Database(1, "7710559376735902805", "17"), Database(2, "42", "17"))
    one = repository(backup(FULL), archive=holed(), databases=databases)
    assert judge.restorable(one) == ()
    assert (
        *(BROKEN, "repository near"),
        "was given to another cluster: system identifier 42, and before 7710559376735902805, both of PostgreSQL 17",
    ) in said(one)
    assert (BROKEN, "repository near", "holds no backup that can be restored") in said(one)


def test_a_repository_after_a_major_upgrade_is_good_when_it_has_a_new_backup() -> None:
    databases = (Database(1, "7710559376735902805", "17"), Database(2, "42", "18"))
    new = backup("20261121-200000F", 3, database=2)
    one = repository(backup(FULL, 15), new, archive=Archive(MB16, {1: segments(range(1, 6))}), databases=databases)
    assert said(one) == []
    assert judge.restorable(one) == (new,)


# --- holes -----------------------------------------------------------------------------------------------------------


def test_a_hole_behind_the_newest_full_backup_asks_for_a_new_one() -> None:
    """Facts 2.5: dropped at the queue's bound, counted as archived; `info`, `check` and `verify` stay ok."""
    one = repository(backup(FULL), archive=holed(*range(0x0D, 0x11)))
    assert said(one) == [
        (
            *(BROKEN, "repository near"),
            "WAL is missing: 00000001000000000000000D to 000000010000000000000010; "
            "what came after it cannot be recovered",
        )
    ]
    assert [str(hole) for hole in judge.unhealed(one, NOW)] == ["00000001000000000000000D to 000000010000000000000010"]


def test_a_hole_before_a_later_full_backup_is_a_note() -> None:
    one = repository(backup(FULL), backup("20261121-200000F", 10), archive=holed(7))
    assert said(one) == [
        (
            *(NOTE, "repository near"),
            "WAL is missing: 000000010000000000000007; a later full backup is there, but no moment in between can be "
            "recovered",
        )
    ]
    assert judge.unhealed(one, NOW) == ()
    assert worst(judge.judge(one, NOW)) == NOTE


def test_a_differential_backup_does_not_heal_a_hole() -> None:
    one = repository(backup(FULL), backup(DIFF, 10, references=(FULL,)), archive=holed(7))
    assert len(judge.unhealed(one, NOW)) == 1


def test_a_full_backup_that_cannot_be_restored_does_not_heal_a_hole() -> None:
    later = "20261121-200000F"
    one = repository(backup(FULL), backup(later, 10), archive=holed(7), spoilt=[later])
    assert len(judge.unhealed(one, NOW)) == 1


def test_each_of_several_holes_is_judged_by_itself() -> None:
    one = repository(backup(FULL), backup("20261121-200000F", 10), archive=holed(7, 15))
    assert [state for state, _, _ in said(one)] == [NOTE, BROKEN]
    assert [str(hole) for hole in judge.unhealed(one, NOW)] == ["00000001000000000000000F"]


def test_what_was_before_the_oldest_backup_is_not_missed() -> None:
    assert said(repository(backup(FULL, 5), archive=holed(1, 2, 3, 4))) == []


def test_a_segment_that_is_still_on_its_way_is_no_hole() -> None:
    assert said(repository(backup(FULL), archive=holed(19, arrived=NOW - 30))) == []
    assert len(judge.unhealed(repository(backup(FULL), archive=holed(19, arrived=NOW - 60)), NOW)) == 1


HISTORY = {2: (Stretch(1, 0, 8 * MB16 + 0x148),)}


def test_a_promotion_leaves_the_backups_from_before_it_of_use() -> None:
    whole = Archive(MB16, {1: segments(range(1, 8)), 2: segments(range(8, 12))}, HISTORY)
    assert said(repository(backup(FULL), archive=whole)) == []


def test_what_is_missing_at_a_promotion_is_a_hole() -> None:
    lost = Archive(MB16, {1: segments(range(1, 7)), 2: segments(range(8, 12))}, HISTORY)
    assert [what[:41] for _, _, what in said(repository(backup(FULL), archive=lost))] == [
        "WAL is missing: 000000010000000000000007;"
    ]


def test_a_timeline_whose_history_is_missing_cannot_be_followed() -> None:
    """Segments of the new timeline are there, and nothing says where it branched off: recovery does not get there."""
    promoted = Archive(MB16, {1: segments(range(1, 9)), 2: segments(range(8, 12), NOW - 600)})
    one = repository(backup(FULL), archive=promoted)
    assert said(one) == [
        (
            *(BROKEN, "repository near"),
            "no backup leads to its newest timeline 2; what was written on it cannot be recovered",
        )
    ]
    on_its_way = Archive(MB16, {1: segments(range(1, 9)), 2: segments(range(8, 12), NOW - 30)})
    assert said(repository(backup(FULL), archive=on_its_way)) == []


def test_a_timeline_that_another_server_writes_is_told_and_asks_for_no_backup() -> None:
    """A clone that was promoted and archives: its WAL is the newest timeline, and no backup is ever of it."""
    stray = {2: (Stretch(1, 0, 8 * MB16 + 0x148),)}
    archive = Archive(MB16, {1: segments(range(1, 21)), 2: segments([8, 9, 11], NOW - DAY)}, stray)
    one = repository(backup(FULL, end=NOW - 2 * DAY), backup("20261121-200000F", 15), archive=archive)
    assert judge.strayed(one)
    assert said(one)[0] == (
        *(BROKEN, "repository near"),
        "has a timeline 2 that its newest backups are not of; a restore to the end would follow it",
    )


def test_a_backup_of_the_new_timeline_makes_up_for_the_missing_history() -> None:
    archive = Archive(MB16, {1: segments(range(1, 9)), 2: segments(range(8, 12), NOW - 600)})
    one = repository(backup(FULL), backup("20261121-200000F", 9, 2, end=NOW - 300), archive=archive)
    assert said(one) == []


def test_a_full_backup_on_a_timeline_that_was_left_heals_no_hole_on_the_new_one() -> None:
    """A recovery to a moment before the newest backup: positions begin again from there."""
    history = {2: (Stretch(1, 0, 8 * MB16 + 0x148),)}
    archive = Archive(MB16, {1: segments(range(1, 21)), 2: segments([8, 9, 11, 12], NOW - DAY)}, history)
    kept = backup(FULL, end=NOW - 3 * DAY), backup("20261121-200000F", 15, end=NOW - 2 * DAY)
    one = repository(*kept, archive=archive)
    assert not judge.strayed(one)
    assert [str(hole) for hole in judge.unhealed(one, NOW)] == ["00000002000000000000000A"]


@given(
    st.lists(st.tuples(st.integers(1, 18), st.integers(1, 3), st.booleans()), min_size=1, max_size=5),
    st.sets(st.integers(1, 20), max_size=8),
)
def test_the_end_can_be_recovered_when_nothing_asks_for_a_full_backup(
    backups: list[tuple[int, int, bool]], missing: set[int]
) -> None:
    """And from a full backup, unless it is whole that no restorable one is there, which is said by itself."""
    kept = [
        backup(f"20261121-1000{at:02}F" if full else f"{FULL}_20261121-1100{at:02}D", number, spans=spans)
        for at, (number, spans, full) in enumerate(backups)
    ]
    one = repository(*kept, archive=holed(*missing))
    last = one.archive.last(1)
    if last is None:
        return
    healthy = not judge.unhealed(one, NOW) and judge.restorable(one)
    leads = [full for full in judge.restorable(one) if one.archive.reach(full.first, 1).position == (last + 1) * MB16]
    assert bool(leads) or not healthy


def test_a_segment_with_two_contents_is_told_since_no_restore_gets_past_it() -> None:
    """Two primaries on one timeline: a clone with archiving on, or a split brain."""
    whole = holed()
    assert said(repository(backup(FULL), archive=replace(whole, twice=((1, 5),)))) == [
        (BROKEN, "repository near", "holds 000000010000000000000005 with two contents")
    ]
    assert said(repository(backup(FULL), archive=replace(whole, twice=((1, 5), (1, 6), (1, 7)))))[0][2] == (
        "holds 000000010000000000000005, and 2 more with two contents"
    )
    later = repository(backup(FULL), backup("20261121-200000F", 10), archive=replace(whole, twice=((1, 5), (1, 9))))
    assert worst(judge.judge(later, NOW)) == NOTE


# --- freshness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "expected"), [(DAY + SLACK, []), (DAY + SLACK + 1, ["the newest backup is 26 h old"])])
def test_an_old_backup_is_late(age: int, expected: Sequence[str]) -> None:
    assert [what for _, _, what in said(repository(backup(FULL, end=NOW - age)))] == list(expected)


def test_the_newest_backup_counts_in_whatever_order_they_are_listed() -> None:
    one = repository(backup("20261121-200000F", 9), backup(FULL, end=NOW - 9 * DAY))
    assert said(one) == []


# --- checks ----------------------------------------------------------------------------------------------------------


def test_the_worst_of_all_is_the_state() -> None:
    checks = [Check("a", "b", "c", state) for state in (NOTE, BROKEN, LATE)]
    assert [worst(checks[:1]), worst([checks[0], checks[2]]), worst(checks), worst([])] == [NOTE, LATE, BROKEN, "good"]


def test_a_check_says_where_what_and_what_to_do() -> None:
    assert str(Check("repository near", "is away", "bring it back")) == (
        "repository near: is away\n    HINT: bring it back"
    )


@given(st.integers(1, 18), st.sets(st.integers(1, 20)), st.booleans(), st.booleans())
def test_a_finding_never_shouts(number: int, missing: set[int], error: bool, lost: bool) -> None:
    one = repository(backup(FULL, number, error=error), archive=holed(*missing), spoilt=[FULL] if lost else [])
    for check in judge.judge(one, NOW):
        assert check.what[0].islower() or check.what.startswith("WAL")
        assert check.hint
