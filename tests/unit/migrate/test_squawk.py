"""squawk's answers as problems of ours."""

import json

import pytest

from steward.migrate.squawk import our_own, problems_of

from .files import script

FINDING = {
    "file": "migrations/shop/1_a.sql",
    "line": 1,
    "column": 0,
    "level": "Warning",
    "message": "During normal index creation, table updates are blocked, but reads are still allowed.",
    "help": "Use `concurrently` to avoid blocking writes.",
    "rule_name": "require-concurrent-index-creation",
}


def test_a_finding_has_its_line_its_rule_and_the_way_to_allow_it() -> None:
    (problem,) = problems_of(json.dumps([FINDING]), {})
    assert (problem.where, problem.line) == ("1_a.sql", 2)
    assert problem.what == (
        "during normal index creation, table updates are blocked, but reads are still allowed"
        " (require-concurrent-index-creation)"
    )
    assert problem.hint.startswith("use `concurrently` to avoid blocking writes; or say why not: `-- pgsteward: allow")


def test_a_rule_that_the_file_allows_is_no_problem_in_that_file_alone() -> None:
    allowed = {"1_a.sql": {"require-concurrent-index-creation": "the table is small"}}
    found = problems_of(json.dumps([FINDING, FINDING | {"file": "2_b.sql"}]), allowed)
    assert [one.where for one in found] == ["2_b.sql"]


@pytest.mark.parametrize("answer", ["nonsense", '[{"file": "a"}]', "{}x", "[1]"])
def test_an_answer_that_is_not_squawk_s_is_not_taken_for_no_findings(answer: str) -> None:
    with pytest.raises(ValueError, match="not what squawk answers"):
        problems_of(answer, {})


def test_no_answer_is_no_finding() -> None:
    assert problems_of("", {}) == [] == problems_of("[]", {})


def test_a_concurrent_statement_has_to_be_alone_for_sqlx() -> None:
    text = "-- no-transaction\n{}create index concurrently i on a (b);\nselect 1;"
    (problem,) = our_own(script(text.format("")))
    assert problem.line == 2
    assert our_own(script(text.format("-- pgsteward: allow sqlx-one-statement because we run it\n"))) == []
    assert our_own(script("-- no-transaction\ncreate index concurrently i on a (b);")) == []
