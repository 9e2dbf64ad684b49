"""Positions and names of WAL segments, as PostgreSQL counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.chain import wal

SIZE = st.sampled_from(wal.SIZES)
POSITION = st.integers(0, (1 << 64) - 1)
TIMELINE = st.integers(1, (1 << 32) - 1)


def test_every_size_that_initdb_makes_is_known() -> None:
    assert [size >> 20 for size in wal.SIZES] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("0/0", 0),
        ("0/3000148", 0x3000148),
        ("0/03000148", 0x3000148),  # as pg_waldump of PostgreSQL 15 and versions to come write it
        ("1/14000EF0", 0x114000EF0),
        ("16/b374d848", 0x16B374D848),
        ("FFFFFFFF/FFFFFFFF", (1 << 64) - 1),
    ],
)
def test_a_position_is_read(text: str, position: int) -> None:
    assert wal.parse_lsn(text) == position


@pytest.mark.parametrize(
    "text",
    ["", "0", "/", "0/", "/0", "0/0/0", "0/123456789", "123456789/0", "0/G", "-1/0", "0x1/0", " 0/0", "0/0\n", "0/１"],
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a position in the log such as 0/3000148"):
        wal.parse_lsn(text)


@given(POSITION)
def test_a_position_survives_being_written_and_read(position: int) -> None:
    assert wal.parse_lsn(wal.show_lsn(position)) == position


@pytest.mark.parametrize(
    ("timeline", "number", "megabytes", "name"),
    [
        (1, 1, 16, "000000010000000000000001"),
        (1, 255, 16, "0000000100000000000000FF"),
        (1, 256, 16, "000000010000000100000000"),
        (26, 0x116, 16, "0000001A0000000100000016"),
        (1, 4095, 1, "000000010000000000000FFF"),
        (1, 4096, 1, "000000010000000100000000"),
        (2, 3, 1024, "000000020000000000000003"),
        (2, 4, 1024, "000000020000000100000000"),
        (2, 64, 64, "000000020000000100000000"),
    ],
)
def test_a_segment_has_the_name_that_postgresql_gives_it(timeline: int, number: int, megabytes: int, name: str) -> None:
    assert wal.show_name(timeline, number, megabytes << 20) == name


@given(TIMELINE, POSITION, SIZE)
def test_a_name_survives_being_written_and_read_with_every_size(timeline: int, position: int, size: int) -> None:
    name = wal.show_name(timeline, position // size, size)
    assert wal.NAME.fullmatch(name)
    assert wal.parse_name(name, size) == (timeline, position // size)


@given(TIMELINE, POSITION, POSITION, SIZE)
def test_names_of_one_timeline_sort_as_positions_do(timeline: int, one: int, other: int, size: int) -> None:
    low, high = sorted((one // size, other // size))
    assert wal.show_name(timeline, low, size) <= wal.show_name(timeline, high, size)


@pytest.mark.parametrize(
    "name", ["", "00000001000000000000000", "0000000100000000000000011", "00000001000000000000000g", "00000002.history"]
)
def test_what_is_no_segment_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a WAL segment"):
        wal.parse_name(name, wal.USUAL)


@given(TIMELINE, POSITION, SIZE)
def test_the_size_that_is_found_puts_the_position_into_the_segment(timeline: int, position: int, size: int) -> None:
    name = wal.show_name(timeline, position // size, size)
    found = wal.size_of(name, position)
    assert wal.parse_name(name, found) == (timeline, position // found)


@given(TIMELINE, st.integers(0, 255).filter(bool), st.integers(0, 1000), SIZE)
def test_the_size_is_known_from_the_begin_of_any_segment_but_a_files_first(
    timeline: int, low: int, high: int, size: int
) -> None:
    number = high * wal.per_file(size) + low % (wal.per_file(size) - 1) + 1
    assert wal.size_of(wal.show_name(timeline, number, size), number * size + 0x28) == size


def test_sixteen_megabytes_are_taken_where_nothing_tells() -> None:
    assert wal.size_of("000000010000000100000000", (1 << 32) + 0x28) == wal.USUAL


def test_a_position_that_lies_in_no_such_segment_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0/0 does not lie in 000000010000000000000005, whatever the size"):
        wal.size_of("000000010000000000000005", 0)
