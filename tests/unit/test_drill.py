"""A drill's report comes back from its JSON as it was; promises that were not kept are said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.drill import KINDS, Outage, Phase, Proof, Report, Targets, missed, report, unknown

SECONDS = st.floats(0, 1e6)
MAYBE = st.none() | SECONDS
WORDS = st.text(max_size=20)
REPORTS = st.builds(
    Report,
    kind=st.sampled_from(KINDS),
    cluster=WORDS,
    node=WORDS,
    begin=st.integers(0, 2**40),
    end=st.integers(0, 2**40),
    ok=st.booleans(),
    problems=st.lists(WORDS, max_size=3).map(tuple),
    targets=st.builds(Targets, MAYBE, MAYBE),
    rto=MAYBE,
    rpo=MAYBE,
    source=st.dictionaries(WORDS, WORDS, max_size=3),
    phases=st.lists(
        st.builds(Phase, WORDS, SECONDS, st.none() | st.integers(0), st.none() | st.integers(0)), max_size=4
    ).map(tuple),
    proof=st.lists(st.builds(Proof, WORDS, st.booleans(), WORDS), max_size=4).map(tuple),
    outage=st.none() | st.builds(Outage, SECONDS, st.integers(0), st.integers(0), st.integers(0), st.floats(0.01, 10)),
)


@given(REPORTS)
def test_a_report_comes_back_from_its_json_as_it_was(one: Report) -> None:
    assert report(json.loads(json.dumps(one.document()))) == one


@pytest.mark.parametrize("found", [None, 7, "", [], {}, {"format_version": 2}, {"format_version": 1, "kind": "pitr"}])
def test_what_is_no_report_is_refused_in_a_sentence(found: object) -> None:
    with pytest.raises(ValueError, match="it is not what a drill writes"):
        report(found)


def test_only_a_promise_that_was_measured_can_be_missed() -> None:
    assert list(missed(10.0, 3.0, Targets())) == []
    assert list(missed(None, None, Targets(1, 1))) == []
    assert list(missed(10.0, 3.0, Targets(10, 5))) == []
    assert list(missed(61.25, 3.0, Targets(60, 2))) == [
        "RTO is 61.2 s, and 60 s were promised",
        "RPO is 3.0 s, and 2 s were promised",
    ]


def test_a_promise_that_nobody_measured_is_not_one_that_was_kept() -> None:
    assert list(unknown(10.0, None, Targets(60, 5))) == ["RPO was not measured, and 5 s were promised"]
    assert list(unknown(10.0, 0.0, Targets(60, 5))) == []
    assert list(unknown(None, None, Targets())) == []
