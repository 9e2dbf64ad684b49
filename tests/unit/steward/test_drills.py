"""A drill's parts by the log, its random moment, its refusals, and the claims that it makes of rows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.drill import Phase, Targets
from fleet.problem import Refused
from steward.drill import refusals
from steward.drill.moment import chosen
from steward.drill.order import Order
from steward.drill.phases import moment, phases
from steward.drill.proof import gist, returned, shown

LOG = """\
2026-11-21 13:31:40.100 GMT [1] LOG:  starting PostgreSQL 17.6
2026-11-21 13:31:40.300 GMT [4] LOG:  starting backup recovery with redo LSN 0/3000028
2026-11-21 13:31:40.400 GMT [4] LOG:  restored log file "00000002.history" from archive
2026-11-21 13:31:40.500 GMT [4] LOG:  restored log file "000000010000000000000003" from archive
2026-11-21 13:31:41.500 GMT [4] LOG:  restored log file "000000010000000000000004" from archive
2026-11-21 13:31:42.000 GMT [4] LOG:  redo done at 0/4000110 system usage: CPU: user: 0.01 s
2026-11-21 13:31:42.250 GMT [4] LOG:  archive recovery complete
2026-11-21 13:31:42.300 GMT [1] LOG:  database system is ready to accept connections
"""
BEGUN = moment("2026-11-21 13:31:40.000")


def test_the_log_says_how_long_each_part_took() -> None:
    assert list(phases(LOG, BEGUN, BEGUN + 2.35)) == [
        Phase("replay", 2.0, segments=2),
        Phase("promote", 0.25),
        Phase("accept", 0.1),
    ]


def test_a_log_that_says_nothing_leaves_the_whole_to_acceptance() -> None:
    assert list(phases("", BEGUN, BEGUN + 3)) == [Phase("accept", 3.0)]


@given(st.integers(0, len(LOG)), st.floats(0, 100))
def test_however_much_of_the_log_is_there_no_part_is_negative_and_all_make_the_whole(cut: int, length: float) -> None:
    found = list(phases(LOG[:cut], BEGUN, BEGUN + length))
    assert all(one.seconds >= 0 for one in found)
    assert sum(one.seconds for one in found) >= length - 0.01


MOMENTS = st.integers(0, 10**6).map(lambda at: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=at))
SPANS = st.lists(st.tuples(MOMENTS, st.integers(1, 10**5)), min_size=1, max_size=5).map(
    lambda found: [(begin, begin + timedelta(seconds=length)) for begin, length in found]
)


@given(SPANS, st.floats(0, 1, exclude_max=True))
def test_a_moment_at_random_is_always_one_that_can_be_reached(spans: Any, fraction: float) -> None:
    assert any(begin <= chosen(spans, fraction) <= end for begin, end in spans)


def test_every_stretch_has_moments_according_to_its_length() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    spans = [(begin, begin + timedelta(hours=1)), (begin + timedelta(days=1), begin + timedelta(days=1, hours=3))]
    found = [chosen(spans, number / 400) for number in range(400)]
    assert sum(one <= spans[0][1] for one in found) == pytest.approx(100, abs=1)


def order(**more: Any) -> Order:
    known = {"kind": "restore", "repository": "", "targets": Targets(), "on_primary": False, "load": 100, "free": 10}
    known |= {"memory": 1 << 30}
    return Order(**{**known, "place": Path("/nowhere/drills/shop"), "assertions": (), **more})  # type: ignore[arg-type]


def test_a_host_is_busy_above_the_load_that_was_declared() -> None:
    assert list(refusals.busy(order(), 2.0, 2)) == []
    found = list(refusals.busy(order(), 2.1, 2))
    assert [one.what for one in found] == ["is busy: its load is 105 % of its 2 CPUs, and 100 % are allowed"]


def test_only_a_primary_that_was_declared_as_one_makes_drills() -> None:
    assert list(refusals.primary(order(), False)) == []
    assert list(refusals.primary(order(on_primary=True), True)) == []
    assert len(list(refusals.primary(order(), True))) == 1


def test_what_would_fill_the_disk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steward.drill.scratch.free", lambda place: (50 << 30, 100 << 30))
    refusals.disk(order(), 40 << 30)
    with pytest.raises(Refused, match="41 GB come back, 50 GB are free, and 10 % of 100 GB have to stay so"):
        refusals.disk(order(), 41 << 30)


class Cursor:
    """What psycopg shows of a file of several statements: each with rows, without any, or none at all."""

    def __init__(self, *results: "list[dict[str, object]] | None") -> None:
        self.results = list(results)

    @property
    def description(self) -> object:
        return None if self.results[0] is None else [()]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.results[0] or [])

    def nextset(self) -> bool:
        self.results.pop(0)
        return bool(self.results)


def test_an_assertions_rows_are_those_of_every_statement() -> None:
    assert returned(Cursor(None, [], [{"id": 7, "lines": 0}], [{"id": 8}])) == ["id 7, lines 0", "id 8"]
    assert returned(Cursor(None)) == []


def test_of_many_faults_the_first_are_named_and_the_others_counted() -> None:
    assert shown([]) == ""
    assert shown(["a", "b"]) == "a; b"
    assert shown(list("abcde")) == "a; b; c; and 2 more"
    assert gist("\n  one\n\ntwo\n") == "one two"
    assert gist("") == "it does not say why"
