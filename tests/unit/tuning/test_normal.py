"""Two spellings of one value are one; two values are never one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tuning import normal
from fleet.tuning.catalogue import BOOLEAN

UNITS = {"8kB": 8192, "kB": 1024, "MB": 1024**2, "B": 1}
WRITTEN = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}


@pytest.mark.parametrize(
    ("name", "value", "kind", "unit", "kept"),
    [
        ("idle_session_timeout", "1min", "integer", "ms", "60000"),
        ("checkpoint_timeout", "0.5h", "integer", "s", "1800"),
        ("shared_buffers", "64MB", "integer", "8kB", "8192"),
        ("max_wal_size", "1GB", "integer", "MB", "1024"),
        ("max_wal_size", "1024", "integer", "MB", "1024"),
        ("work_mem", "30.1GB", "integer", "kB", str(30822 * 1024)),  # whole megabytes first
        ("wal_writer_delay", "1500us", "integer", "ms", "2"),
        ("autovacuum_work_mem", "-1", "integer", "kB", "-1"),
        ("unix_socket_permissions", "0770", "integer", None, "504"),
        ("work_mem", "0x400", "integer", "kB", "1024"),
        ("vacuum_cost_delay", "2000us", "real", "ms", "2"),
        ("random_page_cost", "1.10", "real", None, "1.1"),
        ("seq_page_cost", "1e0", "real", None, "1"),
        ("jit", "FALSE", "bool", None, "off"),
        ("synchronous_commit", "Yes", "enum", None, "on"),
        ("log_statement", "DDL", "enum", None, "ddl"),
        ("wal_compression", "true", "enum", None, "pglz"),
        ("log_line_prefix", "%m ", "string", None, "%m "),
        ("search_path", "A, b", "string", None, "A, b"),
    ],
)
def test_a_value_is_as_postgresql_keeps_it(name: str, value: str, kind: str, unit: str | None, kept: str) -> None:
    assert normal(name, value, kind, unit) == kept


@given(st.sampled_from(sorted(UNITS)), st.integers(0, 2**40), st.sampled_from(sorted(WRITTEN)))
def test_every_size_that_the_unit_holds_exactly_is_its_count(unit: str, count: int, other: str) -> None:
    size = Fraction(count * UNITS[unit], WRITTEN[other])
    if size.denominator == 1:
        assert normal("x", f"{size} {other}", "integer", unit) == str(count)
        assert normal("x", f"{size + 1}{other}", "integer", unit) != str(count) or WRITTEN[other] < UNITS[unit]


@given(st.integers(-(2**31), 2**31), st.sampled_from([None, *UNITS, "ms", "s", "min"]))
def test_what_pg_settings_shows_stays_as_it_is(count: int, unit: str | None) -> None:
    assert normal("x", f"{count}", "integer", unit) == f"{count}"


@given(st.sampled_from(sorted(BOOLEAN)), st.booleans())
def test_a_truth_is_on_or_off(word: str, loud: bool) -> None:
    assert normal("x", word.upper() if loud else word, "bool") == BOOLEAN[word]


@given(st.text(max_size=20), st.sampled_from(["bool", "enum", "integer", "real", "string"]), st.none() | st.text())
def test_nothing_is_too_odd_to_be_compared(text: str, kind: str, unit: str | None) -> None:
    assert isinstance(normal("x", text, kind, unit), str)
