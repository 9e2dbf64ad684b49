"""YAML is read by rules without surprises."""

import pytest

from fleet import environment
from fleet.environment.document import read
from fleet.problem import Refused


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("1:30", "1:30"),
        ("2024-05-01", "2024-05-01"),
        ("17", 17),
        ("-1", -1),
        ("1.1", 1.1),
        ("1.5e3", 1500.0),
        ("~", None),
        ("", None),
        ("'17'", "17"),
        ("=", "="),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_scalar_is_what_it_looks_like(text: str, value: object) -> None:
    found = read(f"key: {text}", "x").content["key"]
    assert (found, type(found)) == (value, type(value))


def test_places_know_their_lines() -> None:
    document = read("a: 1\nb:\n  - x\n  - c: 2\n", "x")
    assert document.lines[("a",)] == 1
    assert document.lines[("b", 1, "c")] == 4


def test_anchors_and_merges_work_and_give_way_to_what_stands_there_itself() -> None:
    text = "base: &base {port: 1, user: a}\nother: &other {user: c, key: k}\n"
    text += "one: {<<: *base, port: 2}\ntwo: {<<: [*base, *other]}\n"
    content = read(text, "x").content
    assert content["one"] == {"port": 2, "user": "a"}
    assert content["two"] == {"port": 1, "user": "a", "key": "k"}


def test_a_merge_of_something_else_is_refused() -> None:
    with pytest.raises(Refused, match="not a mapping"):
        read("a: &a [1]\nb: {<<: *a}\n", "x")


def test_a_byte_order_mark_is_no_problem() -> None:
    assert read(b"\xef\xbb\xbfa: 1\n", "x").content == {"a": 1}


def test_keys_of_other_tools_are_left_alone() -> None:
    text = "x-lab: {any: [1, {thing: true}]}\nsecrets: {from: environment}\n"
    text += "clusters: {main: {postgresql: 17, nodes: {pg1: {address: 192.0.2.1, duty: primary}}}}\n"
    assert environment.load(text, "x").clusters.keys() == {"main"}


def test_deep_nesting_is_refused_and_no_traceback() -> None:
    for text in ("[" * 5000, "{a: " * 5000, "- " * 5000, "a: " + "[" * 200 + "]" * 200):
        with pytest.raises(Refused):
            environment.load(text, "x")
