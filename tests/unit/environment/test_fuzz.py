"""No input, however odd, gives anything but an environment or a refusal in our words."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet import environment
from fleet.environment import mending
from fleet.environment.document import read
from fleet.problem import Refused

INVENTORIES = Path(__file__).parents[3] / "inventories"
EXAMPLE = read((INVENTORIES / "example.yml").read_bytes(), "example").content
TEXT = (INVENTORIES / "prod.yml").read_text(encoding="utf-8")
JARGON = ("pydantic", "validat", "field", "input", "not understood", "none of the", "tuple", "dict", "NoneType", "\n")
MARKS = [
    "\t",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!x ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "#",
    "%",
    "@",
    "|",
    ">",
    "\x00",
    "\n",
    "<<: ",
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["pg1", "shop", "standby", "all", "8GB", "4h", "{name}", "192.0.2.11", "::/0", "x" * 300, "ä" * 40]
    )
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(content: Any, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document but the whole."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [place for key, inner in parts for place in ((*where, key), *places(inner, (*where, key)))]


PLACES = [place for place in places(EXAMPLE) if not str(place[0]).startswith("x-")]
KEYS = sorted({place[-1] for place in PLACES if isinstance(place[-1], str)})


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The example with up to four of its parts deleted, replaced, doubled, renamed, or moved elsewhere."""
    document = copy.deepcopy(EXAMPLE)
    for _ in range(draw(st.integers(1, 4))):
        document = mutate(document, draw)
    return document


def mutate(document: Any, draw: st.DrawFn) -> Any:
    where = draw(st.sampled_from(PLACES))
    holder, last = found(document, where[:-1]), where[-1]
    if not has(holder, last):
        return document
    how = draw(st.sampled_from(["delete", "replace", "double", "rename", "move"]))
    value = holder[last]
    if how in ("delete", "rename"):
        del holder[last]
    if how == "replace":
        holder[last] = draw(documents)
    if how == "move":
        holder[last] = copy.deepcopy(found(document, draw(st.sampled_from(PLACES))))
    if how in ("double", "rename"):
        add(holder, value, draw(st.sampled_from(KEYS) | st.text(max_size=6)))
    return document


def has(holder: Any, last: Any) -> bool:
    if isinstance(holder, dict):
        return last in holder
    return isinstance(holder, list) and isinstance(last, int) and last < len(holder)


def found(document: Any, where: tuple[Any, ...]) -> Any:
    for part in where:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def add(holder: Any, value: Any, key: str) -> None:
    if isinstance(holder, dict):
        holder[key] = copy.deepcopy(value)
    else:
        holder.append(copy.deepcopy(value))


def judge(document: Any) -> None:
    """Loads, or refuses well: each problem with a place, a sentence and a hint."""
    try:
        environment.parse(document, "fuzz")
    except Refused as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.where and problem.what and problem.hint
            assert problem.what[0] == problem.what[0].lower()
            for word in JARGON:
                assert word not in unquoted(problem.what) and word not in unquoted(problem.hint), problem


def unquoted(sentence: str) -> str:
    """The sentence without what it repeats from the document."""
    return '"'.join(sentence.split('"')[::2]) if '"' in sentence else sentence


@settings(max_examples=200, deadline=None)
@given(documents)
def test_any_document_loads_or_is_refused(document: Any) -> None:
    judge(document)


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_any_mutation_of_the_example_loads_or_is_refused(document: Any) -> None:
    judge(document)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_a_document_with_errors_can_be_mended(document: Any) -> None:
    """So that the parts are compared in spite of errors elsewhere; only a document without the top cannot be."""
    own = {key: value for key, value in document.items() if not key.startswith("x-")}
    mended, _, _ = mending.validated(own)
    assert mended is not None


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_a_mutation_written_as_yaml_is_judged_the_same(document: Any) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    try:
        environment.load(text, "fuzz")
    except Refused as refused:
        assert refused.problems


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text(alphabet=st.sampled_from("abc:-[]{}#&*!|>'\"%@`\t\n ,?<\u2028\x85")))
def test_any_text_loads_or_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        environment.load(text, "fuzz")
    assert all(problem.where and problem.what and problem.hint for problem in refused.value.problems)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        environment.load(data, "fuzz")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(MARKS) | st.text(max_size=3))
def test_a_file_with_a_slip_of_the_hand_loads_or_is_refused(at: int, gone: int, put: str) -> None:
    try:
        environment.load(TEXT[:at] + put + TEXT[at + gone :], "fuzz")
    except Refused as refused:
        assert all(problem.where and problem.what and problem.hint for problem in refused.problems)


def test_numbers_that_are_none_are_refused() -> None:
    for odd in (math.nan, math.inf, -math.inf, 10**4000, -0.0):
        judge(
            {"secrets": {"from": "environment"}, "clusters": {"main": {"postgresql": odd, "port": odd, "nodes": odd}}}
        )
        judge(json.loads(json.dumps({"purpose": str(odd)[:20]})))
