"""Which backup leads to a target, and what can be reached where none does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.chain import judge
from steward.chain.archive import Archive, Stretch
from steward.chain.backup import Account, Backup, Database
from steward.chain.judge import Repository
from steward.restore import window
from steward.restore.target import Target
from steward.restore.window import Found, Way

from .world import DAY, MB16, NOW, World, backup, repository, segments, worlds

FULL, LATER = "20261121-100000F", "20261121-110000F"
BEGUN = 1_700_000_000
STEP = 10  # seconds that pass with a byte of log, where time is made up


def written(timeline: int, position: int) -> int:
    """When a byte was written: each timeline goes on later than all before it."""
    return BEGUN + timeline * 10_000 + position * STEP


def show(epoch: float) -> str:
    return window.show(datetime.fromtimestamp(epoch, UTC))


@st.composite
def repositories(draw: st.DrawFn) -> tuple[World, Repository]:
    """A world with backups on any of its timelines, whole or not."""
    world = draw(worlds())
    kept = []
    for number in range(draw(st.integers(1, 4))):
        timeline = draw(st.sampled_from(world.timelines))
        begin = world.begin(timeline)
        least, most = begin, max(begin, world.ends[timeline] * world.size - 1)
        first = draw(st.integers(least, most))
        last = draw(st.integers(first, most))
        ended = written(timeline, last)
        label, name = f"20261121-10000{number}F", f"{timeline:08X}0000000000000000"
        kept.append(Backup(label, "full", 1, 1, False, ended - 1, ended, name, first, last, (), 1, 1))
    account = Account("", (Database(1, "1", "17"),), tuple(kept))
    return world, Repository("near", DAY, account, world.archive())


def known(world: World, one: Repository, timeline: int) -> Found:
    """What a search of the log finds, where every byte is a commit."""

    def last(position: int) -> datetime:
        return datetime.fromtimestamp(written(world.owner(timeline, position - 1), position - 1), UTC)

    breaks = {
        one.archive.reach(kept.first, timeline).position for kept in window.usable(one, Target("end", "", timeline))
    }
    end = window.end(one, timeline)
    return Found(None, None, last(end) if end else None, {at: last(at) for at in breaks if at})


def chosen(one: Repository, wanted: Target, found: Found) -> Way | None:
    try:
        return window.way(one, wanted, found)
    except Refused as refusal:
        assert len(refusal.problems) == 1
        return None


@given(repositories(), st.data())
def test_a_position_is_replayed_from_a_backup_before_it_without_a_missing_segment(
    made: tuple[World, Repository], data: st.DataObject
) -> None:
    world, one = made
    timeline = data.draw(st.sampled_from(world.timelines))
    position = data.draw(st.integers(0, world.size * 12))
    way = chosen(one, Target("lsn", f"0/{position:X}", timeline), Found())
    able = [
        kept
        for kept in judge.restorable(one)
        if kept.timeline in world.ancestors(timeline)
        and world.owner(timeline, max(kept.last - 1, kept.first)) in (kept.timeline, *world.ancestors(timeline))
        and one.archive.leads(kept.last, kept.timeline, timeline)
        and kept.last <= position
        and position // world.size in [number for _, number in world.needed(kept.first, timeline)]
        and all(each in world.there for each in world.needed(kept.first, timeline) if each[1] <= position // world.size)
    ]
    assert (way is None) == (not able)
    if way:
        assert way.backup.last <= position
        assert way.backup.last == max(kept.last for kept in able)
        assert (way.timeline, way.repository) == (timeline, "near")


@given(repositories(), st.data(), st.booleans())
def test_a_moment_is_behind_its_backup_and_before_a_commit_that_replay_gets_to(
    made: tuple[World, Repository], data: st.DataObject, exclusive: bool
) -> None:
    world, one = made
    timeline = data.draw(st.sampled_from(world.timelines))
    seconds = data.draw(st.integers(written(1, -2), written(5, 0))) + data.draw(st.sampled_from([0, 0.5]))
    found = known(world, one, timeline)
    way = chosen(one, Target("time", show(seconds), timeline, exclusive), found)
    able = []
    for kept in judge.restorable(one):
        reach = one.archive.reach(kept.first, timeline)
        if one.archive.leads(kept.last, kept.timeline, timeline) and reach.position:
            commit = written(world.owner(timeline, reach.position - 1), reach.position - 1)
            if kept.end + 1 <= seconds and (seconds <= commit if exclusive else seconds < commit):
                able.append(kept)
    assert (way is None) == (not able)
    if way:
        assert way.backup.end < seconds
        assert way.backup.last == max(kept.last for kept in able)


@given(repositories(), st.data())
def test_the_end_is_reached_without_a_missing_segment(made: tuple[World, Repository], data: st.DataObject) -> None:
    world, one = made
    timeline = data.draw(st.sampled_from(world.timelines))
    way = chosen(one, Target("end", "", timeline), Found())
    if way:
        assert world.missing(way.backup.first, timeline) == []
    else:
        usable = window.usable(one, Target("end", "", timeline))
        assert all(world.missing(kept.first, timeline) for kept in usable)


@given(repositories(), st.data())
def test_every_window_that_is_shown_can_be_written_back(made: tuple[World, Repository], data: st.DataObject) -> None:
    """Both ends of each stretch, as moments and as positions, are targets that are taken."""
    world, one = made
    timeline = data.draw(st.sampled_from(world.timelines))
    assume(window.usable(one, Target("end", "", timeline)))
    found = known(world, one, timeline)
    for stretch in window.stretches(one, Target("end", "", timeline), found):
        words = stretch.split()
        begin, end = " ".join(words[1:3]), " ".join(words[7:9])
        if begin < end:  # one so short that no moment lies in it has none
            assert chosen(one, Target("time", begin, timeline), found), stretch
            assert chosen(one, Target("time", end, timeline), found), stretch
        first, last = words[3].strip("(,"), int(words[9].strip("()").partition("/")[2], 16)
        if int(first.partition("/")[2], 16) < last:
            assert chosen(one, Target("lsn", first, timeline), found), stretch
            assert chosen(one, Target("lsn", f"0/{last - 1:X}", timeline), found), stretch


# --- by name ---------------------------------------------------------------------------------------------------------

END = NOW - 3600  # of the backup FULL, in whole seconds
LAST = datetime.fromtimestamp(NOW, UTC)


def way(one: Repository, kind: str, value: str = "", found: Found | None = None, **more: bool) -> str:
    """The label of the backup that is chosen."""
    return window.way(one, Target(kind, value, **more), found or Found(last=LAST)).backup.label


def refused(one: Repository, kind: str, value: str = "", found: Found | None = None) -> str:
    with pytest.raises(Refused) as caught:
        way(one, kind, value, found)
    return str(caught.value)


def test_the_newest_backup_before_the_target_is_chosen() -> None:
    one = repository(backup(LATER, 9, end=NOW - 60), backup(FULL))
    assert way(one, "time", show(NOW - 59)) == LATER
    assert way(one, "time", show(NOW - 60)) == FULL
    assert way(one, "lsn", "0/9000100") == LATER
    assert way(one, "lsn", "0/90000FF") == FULL
    assert way(one, "end") == LATER
    assert way(one, "set", FULL) == FULL


def test_a_moment_in_the_second_in_which_a_backup_ended_may_be_before_its_end() -> None:
    one = repository(backup(FULL))
    assert "cannot be reached" in refused(one, "time", show(END + 0.9))
    assert way(one, "time", show(END + 1)) == FULL


def test_the_last_commits_own_moment_can_only_be_had_exclusively() -> None:
    """Measured on PostgreSQL 15: recovery stops before a later commit, and ends with FATAL where there is none."""
    one = repository(backup(FULL))
    assert way(one, "time", show(NOW), exclusive=True) == FULL
    assert way(one, "time", window.show(LAST - timedelta(microseconds=1))) == FULL
    assert f"to {window.show(LAST - timedelta(microseconds=1))} (0/15000000)" in refused(one, "time", show(NOW))


def test_a_moment_between_the_last_commit_before_a_hole_and_the_segments_arrival_is_refused() -> None:
    """A repository was away: segments came an hour late, and the ones after them never."""
    late = Archive(MB16, {1: {**segments(range(1, 8), NOW - 60), **segments(range(10, 21), NOW - 30)}})
    one = repository(backup(FULL), archive=late)
    found = Found(last=LAST, breaks={8 * MB16: datetime.fromtimestamp(END + 600, UTC)})
    assert way(one, "time", show(END + 599), found) == FULL
    assert f"to {show(END + 599.999999)} (0/8000000) on timeline 1" in refused(one, "time", show(END + 600), found)


def test_where_nothing_is_known_of_commits_no_moment_is_promised() -> None:
    assert "cannot be reached" in refused(repository(backup(FULL)), "time", show(END + 10), Found())


def test_a_target_in_a_hole_is_refused_with_what_lies_around_it() -> None:
    holed = Archive(MB16, {1: segments([*range(1, 8), *range(10, 21)])})
    one = repository(backup(FULL), backup(LATER, 12, end=NOW - 60), archive=holed)
    message = refused(one, "lsn", "0/9000000")
    assert "repository near: lsn 0/9000000 cannot be reached" in message
    assert f"from {show(END + 1)} (0/2000100, backup {FULL}) to " in message
    assert f"; from {show(NOW - 59)} (0/C000100, backup {LATER}) to " in message
    assert message.count("on timeline 1") == 2


def test_the_end_behind_a_hole_needs_a_backup_behind_it() -> None:
    holed = Archive(MB16, {1: segments([*range(1, 8), *range(10, 21)])})
    assert "the log has a hole on the way to its end" in refused(repository(backup(FULL), archive=holed), "end")
    assert way(repository(backup(FULL), backup(LATER, 12), archive=holed), "end") == LATER


def test_a_transaction_is_where_it_was_found() -> None:
    one = repository(backup(FULL))
    assert way(one, "xid", "7423", Found(position=3 * MB16)) == FULL
    assert "xid 7423 cannot be reached" in refused(one, "xid", "7423", Found(position=2 * MB16))
    assert "transaction 7423 is nowhere in the archive" in refused(one, "xid", "7423")
    assert "a restore point x is nowhere in the archive" in refused(one, "name", "x")


def test_a_backup_that_cannot_be_restored_is_no_target() -> None:
    one = repository(backup(FULL), backup(LATER, 9), spoilt=[LATER])
    assert f"there is no backup {LATER} that can be restored" in refused(one, "set", LATER)


def test_a_timeline_to_which_no_backup_leads_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(Refused, match="no backup leads to timeline 9\n    HINT: timelines there: 1;"):
        window.way(repository(backup(FULL)), Target("end", "", 9), Found(last=LAST))
    with pytest.raises(Refused, match="timelines there: none;"):
        window.way(repository(archive=Archive(MB16, {})), Target(), Found())


def test_a_backup_taken_after_a_branch_does_not_lead_to_the_new_timeline() -> None:
    """A second recovery after a first: the newest backup is of the timeline that was left."""
    history = {2: (Stretch(1, 0, 5 * MB16 + 0x148),)}
    archive = Archive(MB16, {1: segments(range(1, 21)), 2: segments(range(5, 9))}, history)
    one = repository(backup(FULL), backup(LATER, 9, end=NOW - 60), archive=archive)
    assert way(one, "end") == FULL
    assert window.way(one, Target("end", "", 1), Found()).backup.label == LATER


def test_a_promotion_that_archived_only_its_history_is_reached_to_where_it_branched_off() -> None:
    """What the old primary archived after the branch is not on the way."""
    history = {2: (Stretch(1, 0, 5 * MB16 + 0x148),)}
    one = repository(backup(FULL), archive=Archive(MB16, {1: segments(range(1, 10))}, history))
    found = window.way(one, Target(), Found())
    assert (found.backup.label, found.timeline, found.end) == (FULL, 2, 5 * MB16)
