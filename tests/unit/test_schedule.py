"""When jobs run: from plain words to cron, in UTC on any host."""

import fnmatch
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.schedule import DAYS, HOURS, Times, following, hours, minute, parse, pause

WORDS = st.one_of(
    st.sampled_from([f"every {count}h" for count in HOURS]),
    st.builds("{} {:02}:{:02}".format, st.sampled_from(["daily", *DAYS]), st.integers(0, 23), st.integers(0, 59)),
)


def runs(words: str, name: str = "main/near", instead: str | None = None) -> list[datetime]:
    """When cron and the pattern let the job run within a week that begins on a Sunday."""
    times = parse(words)
    patterns = hours(times, name, parse(instead) if instead else None).split("|")
    begin = datetime(2026, 11, 22, tzinfo=UTC)
    slots = (begin + timedelta(hours=hour, minutes=minute(times, name)) for hour in range(7 * 24))
    return [slot for slot in slots if any(fnmatch.fnmatch(slot.strftime("%w-%H"), one) for one in patterns)]


@given(WORDS)
def test_a_job_runs_as_often_as_it_says(words: str) -> None:
    times = parse(words)
    assert len(runs(words)) == 7 * 86400 // times.longest_pause


@given(WORDS, st.text(max_size=20))
def test_a_job_begins_within_minutes_of_its_time_on_its_day(words: str, name: str) -> None:
    times = parse(words)
    for slot in runs(words, name):
        if not times.every:
            late = slot - slot.replace(hour=times.hour, minute=times.minute)
            assert timedelta(0) <= late < timedelta(minutes=20)
            assert times.day is None or slot.isoweekday() % 7 == times.day


def test_a_daily_job_gives_way_to_the_weekly_one_at_the_same_time() -> None:
    daily = runs("daily 01:00", instead="sunday 01:00")
    assert len(daily) == 6
    assert not set(daily) & set(runs("sunday 01:00"))
    assert len(runs("daily 02:00", instead="sunday 01:00")) == 7


def test_two_clusters_do_not_begin_at_once() -> None:
    assert len({minute(Times(hour=1), f"cluster{number}/near") for number in range(20)}) > 5


@pytest.mark.parametrize("words", ["", "daily", "daily 24:00", "weekly 01:00", "every 5h", "every 0h", "Sunday 01:00"])
def test_what_says_no_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z]"):
        parse(words)


@given(WORDS, st.none() | WORDS)
def test_no_pause_is_longer_than_it_is_said_to_be(words: str, instead: str | None) -> None:
    slots = runs(words, instead=instead)
    around = [*slots, slots[0] + timedelta(days=7)]
    longest = max(after - one for one, after in pairwise(around))
    assert longest == timedelta(seconds=pause(parse(words), parse(instead) if instead else None))


def test_a_daily_job_that_gives_way_once_a_week_pauses_for_two_days() -> None:
    assert pause(parse("daily 01:00"), parse("sunday 01:00")) == 2 * 86400
    assert pause(parse("daily 02:00"), parse("sunday 01:00")) == 86400
    assert pause(parse("daily 01:00")) == 86400
    assert pause(parse("every 4h"), parse("sunday 01:00")) == 4 * 3600


@given(WORDS, st.text(max_size=10), st.integers(0, 4_000_000_000))
def test_the_next_run_is_the_first_slot_of_cron_after_now(words: str, name: str, now: int) -> None:
    """Minute by minute, as cron looks at its pattern."""
    times = parse(words)
    patterns, at = hours(times, name).split("|"), minute(times, name)
    moment = datetime.fromtimestamp(now, UTC).replace(second=0) + timedelta(minutes=1)
    moment += timedelta(minutes=(at - moment.minute) % 60)
    while not any(fnmatch.fnmatch(moment.strftime("%w-%H"), one) for one in patterns):
        moment += timedelta(hours=1)
    found = following(times, name, now)
    assert found > now
    assert datetime.fromtimestamp(found, UTC) == moment
