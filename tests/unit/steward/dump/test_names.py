"""Names of dumps: safe wherever they go, and the database's own name comes out again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.dump.names import LATEST, PARTS, Name, escaped, free, name

DATABASES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=63).filter(
    lambda one: len(one.encode()) <= 63
)
CONTENTS = st.sampled_from(("whole", *PARTS))
NAMES = st.builds(Name, st.integers(0, LATEST), DATABASES, CONTENTS)
AT = 1_795_226_400


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (Name(AT, "shop"), "20261121T020000Z-shop"),
        (Name(AT, "shop", "schema"), "20261121T020000Z-shop-schema"),
        (Name(AT, "shop-data"), "20261121T020000Z-shop~2Ddata"),
        (Name(AT, "shop-data", "data"), "20261121T020000Z-shop~2Ddata-data"),
        (Name(AT, "home_inventory"), "20261121T020000Z-home_inventory"),
        (Name(AT, "Odd na.me"), "20261121T020000Z-Odd~20na.me"),
        (Name(AT, "../etc"), "20261121T020000Z-..~2Fetc"),
        (Name(AT, "größe"), "20261121T020000Z-gr~C3~B6~C3~9Fe"),
    ],
)
def test_a_name_says_when_and_of_what(one: Name, text: str) -> None:
    assert str(one) == text
    assert name(text) == one


@given(NAMES)
def test_every_name_comes_back_out_of_its_text(one: Name) -> None:
    assert name(str(one)) == one


@given(NAMES)
def test_every_text_is_a_file_s_name_and_a_key_in_a_store(one: Name) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", str(one))
    assert len(f".partial-{one}.tar.age.json") <= 255
    assert not str(one).startswith(".")


@given(DATABASES, DATABASES, CONTENTS, CONTENTS)
def test_no_two_things_that_are_dumped_have_the_same_name(one: str, other: str, this: str, that: str) -> None:
    assert (str(Name(AT, one, this)) == str(Name(AT, other, that))) == ((one, this) == (other, that))


@given(st.text())
def test_whatever_is_no_name_is_refused(text: str) -> None:
    try:
        assert str(name(text)) == text
    except Refused as refusal:
        assert "is no name of a dump\n    HINT: " in str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "shop",
            "20261121T020000Z-",
            "20261121T020000-shop",
            "20261321T020000Z-shop",
            ".partial-20261121T020000Z-a",
        ),
        *("20261121T020000Z-a/b", "20261121T020000Z-~61", "20261121T020000Z-~FF", "20261121T020000Z-a\n"),
        *("19691231T235959Z-a", "20261121T020000Z-~e4", "20261121T020000Z-~"),
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is no name of a dump"):
        name(text)


@given(st.lists(st.integers(AT, AT + 5), max_size=8))
def test_a_name_is_never_used_again_when_the_clock_jumps_back(times: list[int]) -> None:
    taken: set[str] = set()
    for at in times:
        one = str(free(Name(at, "shop"), taken))
        assert one not in taken
        taken.add(one)


def test_a_name_that_is_free_is_taken_as_it_is() -> None:
    assert free(Name(AT, "shop"), {str(Name(AT, "other"))}) == Name(AT, "shop")
    assert escaped("shop") == "shop"
