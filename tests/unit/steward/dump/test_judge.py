"""Whether the dumps of a database are what was declared."""

from dataclasses import replace
from typing import Any

from steward.chain.check import BROKEN, LATE, NOTE
from steward.chain.judge import SLACK
from steward.dump.judge import AHEAD, HERE, SENT, Place, document, judge, spoilt

from .test_retention import One, one
from .world import DAY, NOW

WEEK = 7 * DAY


def place(*dumps: One, **more: Any) -> Place:
    known: dict[str, Any] = {"name": HERE, "mine": True, "pause": DAY, "verify_pause": WEEK, **more}
    return Place("shop", dumps=dumps, **known)


def said(found: Place, told: int = 0, now: int = NOW) -> list[tuple[str, str, str]]:
    return [(check.state, check.where, check.what) for check in judge(found, told, now)]


def test_a_dump_in_time_that_is_proven_is_good() -> None:
    assert said(place(one(NOW - DAY, 1, True))) == []


def test_one_that_is_late_is_told_by_whoever_was_last_to_take_it() -> None:
    old = one(NOW - 3 * DAY - 60, 1, True)
    assert said(place(old)) == [(LATE, "dumps of shop, here", "the last good one is 3 d old")]
    assert said(place(old, mine=False)) == []
    assert said(place(old), told=NOW) == []
    edge = one(NOW - DAY - SLACK - 60, 1, True)  # it ended a minute after it began
    assert said(place(edge)) == []
    assert said(place(edge), now=NOW + 1) != []


def test_where_there_never_was_one_it_is_late_from_when_it_was_declared() -> None:
    assert said(place(verify_pause=0), told=NOW - DAY - SLACK) == []
    assert said(place(verify_pause=0), told=NOW - DAY - SLACK - 1) == [
        (LATE, "dumps of shop, here", "there is no good one")
    ]


def test_one_that_was_never_proved_is_told() -> None:
    fresh = one(NOW - 60, 2)
    assert said(place(fresh)) == [(LATE, "dumps of shop, here", "none was ever proved by a restore")]
    assert said(place(one(NOW - WEEK - DAY, 1, True), fresh)) == [
        (LATE, "dumps of shop, here", "none was proved by a restore for 8 d")
    ]
    assert said(place(fresh, verify_pause=0)) == []


def test_a_damaged_one_is_told_until_a_newer_one_is_sound() -> None:
    bad = replace_problems(one(NOW - DAY, 2, False))
    what = f"{bad.id} is not sound: a file is not what was written"
    assert said(place(one(NOW - 2 * DAY, 1, True), bad), told=NOW) == [(BROKEN, "dumps of shop, here", what)]
    assert said(place(bad, one(NOW - 60, 3, True))) == [(NOTE, "dumps of shop, here", what)]
    assert said(place(bad, one(NOW - 60, 3)), told=NOW) == [(BROKEN, "dumps of shop, here", what)]


def replace_problems(found: One) -> One:
    assert found.verified
    return replace(found, verified=replace(found.verified, problems=("a file is not what was written", "more")))


def test_a_damaged_one_does_not_make_up_for_a_late_one() -> None:
    found = said(place(one(NOW - 3 * DAY - 60, 1, True), replace_problems(one(NOW - 60, 2, False))))
    assert (LATE, "dumps of shop, here", "the last good one is 3 d old") in found


def test_one_of_the_future_is_told_and_does_not_hide_that_none_comes() -> None:
    ahead = one(NOW + 400 * DAY, 2, True)
    found = said(place(one(NOW - 3 * DAY - 60, 1, True), ahead))
    assert (NOTE, "dumps of shop, here", f"{ahead.id} is dated 400 d from now") in found
    assert (LATE, "dumps of shop, here", "the last good one is 3 d old") in found
    assert said(place(one(NOW + AHEAD - 60, 2, True))) == []


def test_a_target_lacks_what_has_been_here_for_long() -> None:
    here = [one(NOW - SENT - 120, 2)]
    there = one(NOW - 2 * DAY, 1)
    found = place(there, name="offsite", verify_pause=0, pause=WEEK, here=here)
    assert said(found) == [(LATE, "dumps of shop, offsite", f"{here[0].id} is not there after 24 h")]
    assert said(replace(found, dumps=(there, here[0]))) == []
    assert said(replace(found, here=[one(NOW - SENT, 2)])) == []
    newer = one(NOW - 60, 3)
    assert said(replace(found, dumps=(there, newer))) == []  # another node has sent its own


def test_a_place_as_json() -> None:
    good, proven = one(NOW, 3), one(NOW - DAY, 2, True)
    assert document(place(proven, good, replace_problems(one(NOW + 60, 4, False)))) == {
        "database": "shop",
        "place": "here",
        "count": 3,
        "good": {"id": good.id, "end": NOW + 60, "size": 3, "verified_at": None},
        "verified": {"id": proven.id, "end": NOW - DAY + 60, "size": 3, "verified_at": NOW - DAY},
    }
    assert document(place()) == {"database": "shop", "place": "here", "count": 0, "good": None, "verified": None}


def test_what_looks_like_a_dump_and_is_none_is_told() -> None:
    [check] = spoilt({"20261121T000000Z-shop": "the manifest is not JSON"})
    assert (check.state, str(check).splitlines()[0]) == (
        NOTE,
        "dump 20261121T000000Z-shop: is none: the manifest is not JSON",
    )
