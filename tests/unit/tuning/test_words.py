"""Sizes and durations: one way to read them, one way to show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.duration import LONGEST, parse_duration, show_duration
from fleet.duration import about as roughly
from fleet.size import LARGEST, about, parse_size, show_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0B", 0),
        ("8GB", 8 * 1024**3),
        ("8 GiB", 8 * 1024**3),
        ("7.5gb", 15 * 1024**3 // 2),
        ("5041kB", 5041 * 1024),
        ("1T", 1024**4),
        (" 512m ", 512 * 1024**2),
    ],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "8", "GB", "8 XB", "-8GB", "8GB8", "1e3MB", "٣GB", "99999999TB", "8,5GB"])
def test_what_is_no_size_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a size|unknown unit|more than any machine"):
        parse_size(text)


@given(st.integers(0, LARGEST))
def test_a_size_that_is_shown_can_be_read_again(size: int) -> None:
    assert parse_size(show_size(size)) == size


@pytest.mark.parametrize(
    ("size", "shown", "rough"),
    [
        (0, "0B", "0 B"),
        (1024**3, "1GB", "1 GB"),
        (3 * 1024**3 // 2, "1536MB", "1.5 GB"),
        (5041 * 1024, "5041kB", "4.92 MB"),
        (1024**4, "1TB", "1 TB"),
        (1023, "1023B", "1023 B"),
    ],
)
def test_a_size_is_shown_exactly_or_roughly(size: int, shown: str, rough: str) -> None:
    assert (show_size(size), about(size)) == (shown, rough)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("500ms", 500), ("30s", 30_000), ("5min", 300_000), ("4h", 14_400_000), ("1d", 86_400_000), ("1.5s", 1500)],
)
def test_a_duration_is_read(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "4", "h", "4 weeks", "5m", "-1s", "0.5ms", "99999999d", "1h30min"])
def test_what_is_no_duration_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|unknown unit|more than a century|finer than"):
        parse_duration(text)


@given(st.integers(0, LONGEST))
def test_a_duration_that_is_shown_can_be_read_again(milliseconds: int) -> None:
    assert parse_duration(show_duration(milliseconds)) == milliseconds


@pytest.mark.parametrize("show", [show_size, show_duration])
def test_less_than_nothing_is_never_shown(show: object) -> None:
    with pytest.raises(ValueError, match="-1 is not"):
        show(-1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-3, "0 s"),
        (0.84, "0.8 s"),
        (5, "5 s"),
        (119.9, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
    ],
)
def test_ages_are_shown_in_a_unit_that_suits_them(seconds: float, shown: str) -> None:
    assert roughly(seconds) == shown
