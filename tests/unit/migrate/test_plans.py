"""What is to run, and why it will not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.migrate.applied import Applied
from steward.migrate.migration import Migration
from steward.migrate.plan import (
    is_current,
    ledger_problems,
    pending,
    plan_baseline,
    plan_down,
    plan_newlines,
    plan_up,
    states,
)

from .files import applied, migrations, row

THREE = migrations(_1_a_up="a", _1_a_down="", _2_b_up="b", _2_b_down="", _3_c="c")
ONE, TWO, LAST = THREE


def versions(found: list[Migration]) -> list[int]:
    return [one.version for one in found]


def test_up_runs_what_is_pending_in_order() -> None:
    assert versions(plan_up(THREE, [])) == [1, 2, 3]
    assert versions(plan_up(THREE, applied(ONE))) == [2, 3]
    assert versions(plan_up(THREE, applied(ONE), to=2)) == [2]
    assert plan_up(THREE, applied(*THREE)) == []


def test_up_to_an_unknown_version_is_refused() -> None:
    with pytest.raises(Refused, match="no migration with version 4"):
        plan_up(THREE, [], to=4)


def test_what_is_out_of_order_is_refused_unless_allowed() -> None:
    with pytest.raises(Refused, match=r"2_b\.up\.sql: it is older than 3"):
        plan_up(THREE, applied(ONE, LAST))
    assert versions(plan_up(THREE, applied(ONE, LAST), allow_out_of_order=True)) == [2]


def test_what_is_out_of_order_but_not_asked_for_is_no_obstacle() -> None:
    assert plan_up(THREE, applied(ONE, LAST), to=1) == []


def test_what_was_edited_is_refused_with_both_checksums() -> None:
    edited = Applied(1, "a", True, b"\x01" * 48)
    with pytest.raises(Refused) as refusal:
        plan_up(THREE, [edited])
    assert ONE.checksum.hex() in str(refusal.value) and edited.checksum.hex() in str(refusal.value)


def test_a_change_of_newlines_alone_is_told_apart() -> None:
    files = migrations(_1_a="select 1;\r\n", _2_b="select 2;")
    rows = [row(1, "select 1;\n"), row(2, "select 3;")]
    problems = ledger_problems(files, rows)
    assert "line ends" in problems[0].what and "repair" in problems[0].hint
    assert "edited" in problems[1].what
    assert versions(plan_newlines(files, rows)) == [1]


def test_what_is_applied_but_missing_is_refused() -> None:
    with pytest.raises(Refused, match="7 gone: it was applied, but there is no such file"):
        plan_up(THREE, [row(7)])


def test_what_died_half_way_is_refused_unless_it_is_gone_on_with() -> None:
    rows = applied(ONE) + applied(TWO, success=False)
    with pytest.raises(Refused, match="2 b: it died half-way"):
        plan_up(THREE, rows)
    assert versions(plan_up(THREE, rows, resumed=[2])) == [2, 3]
    assert versions(plan_down(THREE, rows, resumed=[2])) == [2]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        plan_up(THREE, [row(1, "x"), *applied(LAST, success=False), row(9)], to=8)
    assert len(refusal.value.problems) == 5  # edited, half-way, missing, no such target, out of order


def test_down_reverts_the_newest_or_all_above_a_version() -> None:
    assert versions(plan_down(THREE, applied(ONE, TWO))) == [2]
    assert versions(plan_down(THREE, applied(ONE, TWO), to=0)) == [2, 1]
    assert versions(plan_down(THREE, applied(ONE, TWO), to=1)) == [2]
    assert plan_down(THREE, []) == []


def test_down_refuses_before_anything_if_one_cannot_be_reverted() -> None:
    with pytest.raises(Refused, match=r"3_c\.sql: it cannot be reverted"):
        plan_down(THREE, applied(*THREE), to=0)


def test_a_baseline_is_for_an_empty_ledger() -> None:
    assert versions(plan_baseline(THREE, [], 2)) == [1, 2]
    with pytest.raises(Refused, match="the ledger has 1 rows already"):
        plan_baseline(THREE, applied(ONE), 2)


def test_states_name_everything_that_is_known() -> None:
    files = migrations(_1_a="a", _2_b="b", _3_c="c", _4_d="d", _6_f="f")
    rows = [*applied(files[0]), row(3, "x"), *applied(files[3], success=False), row(5)]
    found = {version: state for version, _, state in states(files, rows)}
    assert found == {1: "applied", 2: "out of order", 3: "edited", 4: "half-way", 5: "missing", 6: "pending"}


@given(st.sets(st.integers(0, 2)), st.booleans())
def test_nothing_to_do_means_that_up_would_do_nothing(there: set[int], success: bool) -> None:
    rows = applied(*(THREE[index] for index in there), success=success)
    assert is_current(THREE, rows) == (len(there) == 3 and success)
    if is_current(THREE, rows):
        assert plan_up(THREE, rows) == [] == pending(THREE, rows)


def test_an_edited_file_is_never_taken_for_nothing_to_do() -> None:
    assert not is_current(THREE, [*applied(ONE, TWO), row(3, "other")])
    assert not is_current(THREE, [*applied(*THREE), row(4)])
