"""Names and texts as SQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.sql import identifier, literal, qualified

sound = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(sound)
def test_a_text_is_whole_between_its_quotes(text: str) -> None:
    assert literal(text)[1:-1].replace("''", "'") == text
    assert literal(text).count("'") % 2 == 0


def test_a_backslash_is_a_letter() -> None:
    assert literal("a\\'b") == "'a\\''b'"


def test_a_name_keeps_its_case_and_its_quotes() -> None:
    assert qualified("Odd", 'a"b') == '"Odd"."a""b"'


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64, "ä" * 32, "\ud800"])
def test_a_name_that_postgresql_would_change_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"cannot"):
        identifier(name)


def test_a_secret_text_is_not_repeated_in_a_refusal() -> None:
    with pytest.raises(ValueError, match="NUL") as error:
        literal("hush\0")
    assert "hush" not in str(error.value)
