"""What the history says of the ledger, and what the plan makes of what it read."""

import pytest

from fleet.problem import Refused
from steward.migrate.copied import applied, copied
from steward.migrate.remembered import ACCEPTED, ALL_OF_IT, NOTHING_OF_IT, Happening, decided, lost, still_applied


def happened(*words: str) -> list[Happening]:
    """`up 1`, `down 1`, `up 2 failed`, … as rows."""
    rows = [(*word.split(), "", "")[:3] for word in words]
    return [
        Happening(action, int(version) if version else None, outcome or "done") for action, version, outcome in rows
    ]


def test_what_was_applied_and_not_reverted_is_still_applied() -> None:
    assert still_applied(happened("up 1", "up 2", "up 3 failed", "down 2", "baseline 4", "down 4 running")) == [1, 4]
    assert still_applied(happened("up 1", "fresh", "up 2")) == [2]
    assert still_applied([*happened("up 1"), Happening("repair", None, "done", ACCEPTED)]) == []
    assert still_applied([*happened("up 1", "up 2"), Happening("repair", 2, "done", ACCEPTED)]) == [1]


def test_a_person_s_word_on_what_died_half_way_counts() -> None:
    before = happened("up 1", "up 2 failed", "down 1 failed")
    finished = [
        Happening("repair", 2, "done", decided("up", "me@here", ALL_OF_IT)),
        Happening("repair", 1, "done", decided("down", "me@here", ALL_OF_IT)),
    ]
    assert still_applied([*before, *finished]) == [2]
    assert still_applied([*before, Happening("repair", 1, "done", decided("down", "me@here", NOTHING_OF_IT))]) == [1]


def test_rows_that_a_ledger_lacks_are_said_and_those_it_has_besides_are_not() -> None:
    assert lost(happened("up 1"), [1, 2], "app", []) is None
    problem = lost(happened("up 1", "up 2", "up 3"), [1], "app", ["app", "old"])
    assert problem is not None
    assert problem.what == ("the history says that 2, 3 are applied, but the ledger in schema app has no row of them")
    assert "another ledger in schema old; if that is it: `repair --ledger-in old`" in problem.hint
    assert "(`sqlx migrate revert`): `repair --accept-ledger`; if not, bring the ledger's rows back" in problem.hint


def test_a_lost_ledger_is_said_with_a_way_out() -> None:
    assert lost(happened("up 1", "down 1"), [], None, []) is None
    problem = lost(happened("up 1", "up 2"), [], "app", ["app", "public"])
    assert problem is not None
    assert "1, 2 are applied, but the ledger in schema app is empty" in problem.what
    assert problem.hint == "there is one in schema public; if that is it: `repair --ledger-in public`"


TOLD = [
    'path ["app", "public"]',
    'ledger "public"',
    "1\ta\\tb\tt\t\\\\x00ff",
    'odd "app"',
    'history "pgsteward"',
    "7\tup\t1\tdone\t\\N",
]


def test_the_place_that_was_remembered_comes_before_the_path() -> None:
    with pytest.raises(Refused, match=r"app\._sqlx_migrations is not a plain table"):
        applied(copied(TOLD), "database shop")
    (row,) = applied(copied([*TOLD, 'place "pgsteward"', "public"]), "database shop")
    assert (row.version, row.description, row.success, row.checksum) == (1, "a\tb", True, b"\0\xff")


def test_the_plan_refuses_a_lost_ledger() -> None:
    with pytest.raises(Refused, match="the history says that 1 is applied, but search_path leads to no ledger"):
        applied(copied(['path ["new"]', *TOLD[1:3], *TOLD[4:]]), "database shop")
