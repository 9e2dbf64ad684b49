"""Moments are those of the calendar, and places on a scale are within it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fleet import moment
from fleet.report import scale

EPOCHS = st.integers(0, 253_402_300_799)


@given(EPOCHS)
def test_a_moment_is_the_calendars(epoch: int) -> None:
    known = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch)
    assert moment.show(epoch) == known.strftime("%Y-%m-%d %H:%M").rjust(16, "0")


@given(st.floats(0.001, 1e8))
def test_a_scale_holds_its_value_and_has_few_marks(value: float) -> None:
    end = scale.top(value)
    marks = list(scale.marks(end))
    assert value < end
    assert 2 <= len(marks) <= scale.MOST + 3
    assert (marks[0].at, marks[0].label) == (0.0, "0 s")
    assert len({mark.label for mark in marks}) == len(marks)
    assert all(0 <= mark.at <= 100 for mark in marks)


@given(EPOCHS, st.integers(60, 10 * 365 * 86_400))
def test_a_scale_of_moments_has_its_marks_inside(begin: int, length: int) -> None:
    marks = list(scale.moments(begin, begin + length))
    assert len(marks) <= scale.MOST + 1
    assert [mark.at for mark in marks] == sorted({mark.at for mark in marks})


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_share_is_never_outside(value: float, least: float, most: float) -> None:
    assert 0 <= scale.share(value, least, most) <= 100
