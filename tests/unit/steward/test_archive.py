"""What a listing says of WAL: holes, how far replay gets, and how timelines branch."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.chain import archive, wal
from steward.chain.archive import SETTLED, Archive, Hole, Reach, Stretch

from .world import MB16, NOW, World, sample, segments, worlds

SHA = "cd97b1d630f0530fa585f30ba7814bc89c5af7f6"


def listing(*paths: str, time: int = 100) -> str:
    return json.dumps({path: {"type": "file", "size": 688, "time": time} for path in paths})


def path(number: int, timeline: int = 1, suffix: str = ".zst") -> str:
    name = wal.show_name(timeline, number, MB16)
    return f"{name[:16]}/{name}-{SHA}{suffix}"


# --- against a naive model -------------------------------------------------------------------------------------------


@given(worlds(), st.data())
def test_what_is_needed_is_what_a_walk_over_every_segment_finds(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    begin = data.draw(st.integers(0, world.size * 12))
    found = [(one, number) for one, numbers in world.archive().needed(begin, timeline) for number in numbers]
    assert found == world.needed(begin, timeline)


@given(worlds(), st.data())
def test_the_holes_are_the_needed_segments_that_are_missing(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    begin = data.draw(st.integers(0, world.size * 12))
    holes = list(world.archive().holes(begin, timeline, NOW))
    flat = [(hole.timeline, number) for hole in holes for number in range(hole.first, hole.last + 1)]
    assert flat == world.missing(begin, timeline)


@given(worlds(), st.data())
def test_holes_do_not_touch_on_one_timeline(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    holes = list(world.archive().holes(0, timeline, NOW))
    for one, after in pairwise(holes):
        assert one.timeline != after.timeline or one.last + 1 < after.first


@given(worlds(complete=True), st.data())
def test_a_complete_archive_has_no_hole_and_is_reached_to_its_end(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    begin = data.draw(st.integers(0, world.size * 12))
    found = world.archive()
    assert list(found.holes(begin, timeline, NOW)) == []
    needed = world.needed(begin, timeline)
    assert found.reach(begin, timeline).position == ((needed[-1][1] + 1) * world.size if needed else begin)


@given(worlds(), st.data())
def test_replay_stops_at_the_first_hole_and_nowhere_before(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    begin = data.draw(st.integers(0, world.size * 12))
    found = world.archive()
    reach, holes = found.reach(begin, timeline), list(found.holes(begin, timeline, NOW))
    if holes:
        assert reach.position == max(begin, holes[0].position)
    before = [one for one in world.needed(begin, timeline) if (one[1] + 1) * world.size <= reach.position]
    assert all(one in world.there for one in before)


@given(worlds(), st.data())
def test_one_more_segment_never_shortens_the_reach(world: World, data: st.DataObject) -> None:
    timeline = data.draw(st.sampled_from(world.timelines))
    begin = data.draw(st.integers(0, world.size * 12))
    more = replace(world, there=world.there | {data.draw(st.sampled_from(sorted(world.written())))})
    before, after = world.archive().reach(begin, timeline), more.archive().reach(begin, timeline)
    assert after.position >= before.position


@given(worlds(), st.data())
def test_a_position_leads_to_a_timeline_that_branched_off_behind_it(world: World, data: st.DataObject) -> None:
    of, to = (data.draw(st.sampled_from(world.timelines)) for _ in range(2))
    position = data.draw(st.integers(world.begin(of), world.size * 40))
    way = world.ancestors(to)
    behind = of in way and (of == to or position <= world.begin(way[way.index(of) + 1]))
    assert world.archive().leads(position, of, to) == behind


# --- by name ---------------------------------------------------------------------------------------------------------


def test_wal_dropped_at_the_queues_bound_is_named_from_first_to_last() -> None:
    """Facts 2.5: both repositories were away, and pgBackRest dropped 0x0D to 0x18."""
    found = Archive(MB16, {1: segments([*range(1, 0x0D), *range(0x19, 0x20)])})
    assert [str(hole) for hole in found.holes(2 * MB16, 1, NOW)] == [
        "00000001000000000000000D to 000000010000000000000018"
    ]
    assert found.reach(2 * MB16, 1) == Reach(1, 0x0D * MB16, 0)
    assert wal.show_lsn(found.reach(2 * MB16, 1).position) == "0/D000000"


def test_a_single_missing_segment_has_one_name() -> None:
    found = Archive(MB16, {3: segments([1, 3])}, {3: ()})
    assert [str(hole) for hole in found.holes(0x28 + MB16, 3, NOW)] == ["000000030000000000000002"]


def test_a_segment_that_may_still_arrive_is_no_hole() -> None:
    late = Archive(MB16, {1: {1: 0, 3: NOW - SETTLED + 1}})
    assert list(late.holes(MB16, 1, NOW)) == []
    assert list(late.holes(MB16, 1, NOW + 1)) == [Hole(1, 2, 2, MB16)]
    assert late.reach(MB16, 1).position == 2 * MB16  # replay stops there all the same


def test_the_segment_in_which_a_timeline_branched_off_is_read_from_the_new_one() -> None:
    history = {2: (Stretch(1, 0, 5 * MB16 + 0x148),)}
    promoted = Archive(MB16, {1: segments(range(1, 5)), 2: segments(range(5, 8))}, history)
    assert list(promoted.holes(2 * MB16, 2, NOW)) == []
    assert promoted.reach(2 * MB16, 2) == Reach(2, 8 * MB16, 0)


def test_what_the_old_primary_no_longer_archived_is_a_hole() -> None:
    history = {2: (Stretch(1, 0, 5 * MB16 + 0x148),)}
    promoted = Archive(MB16, {1: segments(range(1, 4)), 2: segments(range(5, 8))}, history)
    assert [str(hole) for hole in promoted.holes(2 * MB16, 2, NOW)] == ["000000010000000000000004"]


def test_a_timeline_with_a_history_and_no_segment_yet_is_the_newest() -> None:
    found = Archive(MB16, {1: segments(range(1, 8))}, {2: (Stretch(1, 0, 5 * MB16 + 0x148),)})
    assert (found.timelines, found.newest, found.last(2), found.last(1)) == ((1, 2), 2, None, 7)
    assert found.reach(2 * MB16, 2).position == 5 * MB16


def test_an_empty_archive_has_no_timeline() -> None:
    found = archive.archive("{}", {}, MB16)
    assert (found.timelines, found.newest, found.last(1)) == ((), 0, None)
    assert list(found.holes(0, 1, NOW)) == []


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "last"), [("2.45", 0x11A), ("2.55.1", None), ("2.60.0", None)])
def test_a_real_listing_is_read(version: str, last: int | None) -> None:
    text = sample(f"repo-ls-{version}.json")
    found = archive.archive(text, {}, MB16)
    entries = json.loads(text)
    names = [one.rpartition("/")[2] for one in entries if entries[one]["type"] == "file" and ".backup" not in one]
    assert {wal.show_name(1, number, MB16) for number in found.segments[1]} == {name[:24] for name in names}
    assert found.segments[1][1] == entries[found.paths[1, 1]]["time"]
    assert found.newest == 1
    assert last is None or found.last(1) == last


def test_only_whole_segments_count() -> None:
    """Not the labels of backups, what an old primary left half full, and what is being written."""
    text = listing(
        path(1),
        path(2, suffix=""),
        path(3, suffix=".gz"),
        "0000000100000000/000000010000000000000004.00000028.backup",
        f"0000000100000000/000000010000000000000005.partial-{SHA}.zst",
        f"{path(6)}.pgbackrest.tmp",
        "00000002.history",
        "archive.info",
    )
    assert set(archive.files(text, MB16)) == {(1, 1), (1, 2), (1, 3)}
    assert archive.histories(text) == {2: "00000002.history"}


def test_a_segment_with_two_contents_is_seen() -> None:
    other = path(2).replace(SHA, "0" * 40)
    found = archive.archive(listing(path(1), path(2), other, path(3)), {}, MB16)
    assert (found.twice, found.last(1)) == (((1, 2),), 3)


def test_a_directory_is_no_segment() -> None:
    assert archive.files(json.dumps({"000000010000000000000001": {"type": "path"}}), MB16) == {}


def test_a_history_tells_each_ancestors_stretch() -> None:
    text = "1\t0/5000148\tno recovery target specified\n\n2\t0/9000000\tbefore 2026-11-21 10:00:00+00\n"
    assert archive.history(text) == (Stretch(1, 0, 0x5000148), Stretch(2, 0x5000148, 0x9000000))
    assert archive.history("") == ()
    assert archive.history("# a comment\n1\t0/28\n") == (Stretch(1, 0, 0x28),)


def test_names_of_histories_are_hexadecimal() -> None:
    assert archive.histories(listing("0000000A.history", "00000010.history")) == {
        10: "0000000A.history",
        16: "00000010.history",
    }
