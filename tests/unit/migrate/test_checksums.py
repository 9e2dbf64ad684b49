"""SHA-384 as sqlx keeps it. The sums were made by coreutils' sha384sum, the lock's keys by a CRC done bit by bit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.migrate.checksum import checksum, differs_in_newlines_only
from steward.migrate.lockid import halves, lock_id

TABLE = b"create table comment (\n    id uuid primary key\n);\n"
SUMS = {
    TABLE: "a721576bafb7056bba3a638015267e5238da0fec2bea950a1142060995a14163fdb8dfe0d897c9868f399bf06488efe0",
    TABLE.replace(b"\n", b"\r\n"): "6ff938e6e3d1428746488f095628e6d44ac39d9a35e9fee204eefde78c0b0643"
    "f73e06af4ac35d8abd81c9007ebe2448",
    b"": "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "\ufeffselect é;".encode(): "056f0e6936f5778dc2c14476dab977217a5aea3891486146536595a5b9365f5f"
    "33c4c5d5b41da22242f37f39595a7463",
}


@pytest.mark.parametrize("content", SUMS)
def test_a_checksum_is_what_sha384sum_prints(content: bytes) -> None:
    assert checksum(content).hex() == SUMS[content]


@pytest.mark.parametrize(
    ("database", "key"),
    [("postgres", 368907709894077238), ("rustylinks", 2936430853834717348), ("schöne DB", 3152438764550410760)],
)
def test_the_lock_is_sqlx_s(database: str, key: int) -> None:
    assert lock_id(database) == key


@given(st.text(max_size=63))
def test_a_lock_fits_a_bigint_and_its_halves_are_unsigned(database: str) -> None:
    key = lock_id(database)
    high, low = halves(key)
    assert 0 <= key < 2**63
    assert 0 <= high < 2**32 and 0 <= low < 2**32 and (high << 32 | low) == key


LINES = st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line and b"\r" not in line), min_size=1)


@given(
    LINES, st.sampled_from([b"\n", b"\r\n"]), st.sampled_from([b"\n", b"\r\n"]), st.integers(0, 3), st.integers(0, 3)
)
def test_other_line_ends_are_recognised_both_ways(
    lines: list[bytes], one: bytes, other: bytes, ends: int, other_ends: int
) -> None:
    lines = [*lines, b"x"]
    then, now = one.join(lines) + one * ends, other.join(lines) + other * other_ends
    assert differs_in_newlines_only(now, checksum(then))


@given(LINES, LINES)
def test_other_content_never_passes_for_other_line_ends(lines: list[bytes], others: list[bytes]) -> None:
    then, now = b"\n".join([*lines, b"x"]), b"\n".join([*others, b"x"])
    assert differs_in_newlines_only(now, checksum(then)) == (now == then)
