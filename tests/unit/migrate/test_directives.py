"""What comments ask for, and what a script must not hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.migrate.directives import Directives, directives

from .files import script


def read(text: str) -> Directives:
    found, problems = directives(text, "1_a.sql")
    assert problems == []
    return found


def refused(text: str) -> list[str]:
    return [f"{one.line}: {one.what}" for one in directives(text, "1_a.sql")[1]]


def test_no_transaction_is_sqlx_s_first_characters() -> None:
    assert read("-- no-transaction\nselect 1").no_transaction
    assert read("-- no-transaction because of an index\nselect 1").no_transaction
    assert not read("--no-transaction\nselect 1").no_transaction


@pytest.mark.parametrize("text", ["\n-- no-transaction\nselect 1", " -- no-transaction", "-- a\n-- no-transaction\n"])
def test_no_transaction_where_sqlx_does_not_see_it_is_refused(text: str) -> None:
    assert "not at the file's beginning" in refused(text)[0]


def test_timeouts_retries_and_rules_are_read() -> None:
    found = read(
        "-- no-transaction\n-- pgsteward: lock_timeout 10s\n--pgsteward: statement_timeout 0\n-- pgsteward: retries 3\n"
        "-- pgsteward: allow ban-drop-table because it is empty, and unused\nselect 1"
    )
    reasons = {"ban-drop-table": "it is empty, and unused"}
    assert found == Directives(True, 10_000, 0, 3, reasons)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-- pgsteward: lock_timout 10s", "1: there is no directive 'lock_timout'"),
        ("-- pgsteward lock_timeouts 10s", "1: there is no directive 'lock_timeouts'"),
        ("-- pgsteward:", "1: there is no directive ''"),
        ("\n-- pgsteward: lock_timeout 10", "2: lock_timeout: '10' is not a duration"),
        ("-- pgsteward: lock_timeout 10m", "1: lock_timeout: '10m' has the unknown unit"),
        ("-- pgsteward: lock_timeout 90d", "1: lock_timeout: 90d is longer than PostgreSQL's longest"),
        ("-- pgsteward: retries many", "1: retries: 'many' is not a number"),
        ("-- pgsteward: retries 1001", "1: retries: '1001' is not a number"),
        ("-- pgsteward: retries 1\n-- pgsteward: retries 2", "2: retries is said twice"),
        ("-- pgsteward: allow ban-drop-table", "1: an allowed rule has no reason"),
        ("-- pgsteward: allow because so", "1: an allowed rule has no reason"),
        ("select 1; -- pgsteward: retries 1", "1: a directive stands below a statement"),
    ],
)
def test_a_directive_that_is_not_understood_is_refused_with_its_line(text: str, what: str) -> None:
    assert refused(text)[0].startswith(what)


def test_what_only_looks_like_a_directive_is_none() -> None:
    assert read("-- pgstewards are nice\nselect '-- pgsteward: nonsense'; /* -- pgsteward: nonsense */") == Directives()


@given(st.text(max_size=80))
def test_any_comment_is_understood_or_refused(text: str) -> None:
    directives(f"-- pgsteward: {text}", "1_a.sql")
    directives(f"-- pgsteward{text}", "1_a.sql")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("select 1;\n\nbegin;", "BEGIN would end or split the transaction"),
        ("-- no-transaction\ncommit;", "COMMIT would end or split the transaction"),
        ("copy a from stdin;", "COPY would wait for a client's data"),
        ("\ufeffselect 1", "it begins with a byte order mark"),
        ("-- no-transaction\ncreate index concurrently on a (b);", "an index without a name is made concurrently"),
    ],
)
def test_a_script_that_would_break_its_promise_is_refused(text: str, what: str) -> None:
    with pytest.raises(Refused) as refusal:
        script(text)
    assert refusal.value.problems[0].what.startswith(what)
    assert refusal.value.problems[0].hint
