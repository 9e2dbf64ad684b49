"""Names of files, as sqlx reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Problem, Refused
from steward.migrate.filename import LARGEST, Name, Way, file_name, parse_name

from .files import migrations


@pytest.mark.parametrize(
    ("name", "version", "description", "way"),
    [
        ("20220721124650_add_users_table.sql", 20220721124650, "add users table", Way.ONLY),
        ("20250101000000_tags.up.sql", 20250101000000, "tags", Way.UP),
        ("20250101000000_tags.down.sql", 20250101000000, "tags", Way.DOWN),
        ("01_foo.sql", 1, "foo", Way.ONLY),
        # what sqlx's trim_end_matches does, and its replace of every underscore
        ("1_a.sql.sql", 1, "a", Way.ONLY),
        ("1_a.up.sql.up.sql", 1, "a", Way.UP),
        ("1__two__blanks_.sql", 1, " two  blanks ", Way.ONLY),
        ("1_a.up.down.sql", 1, "a.up", Way.DOWN),
        ("1_.sql", 1, "", Way.ONLY),
        (f"{LARGEST}_last.sql", LARGEST, "last", Way.ONLY),
    ],
)
def test_a_name_means_what_it_means_to_sqlx(name: str, version: int, description: str, way: Way) -> None:
    assert parse_name(name) == Name(version, description, way)


@pytest.mark.parametrize("name", ["README.md", "schema.sql", ".gitkeep", "1_a.sql~", "1_a.SQL", "a", ""])
def test_what_nobody_took_for_a_migration_is_passed_over(name: str) -> None:
    assert parse_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "20240101000000.sql",
        "20240101000000-users.sql",
        "schema_old.sql",
        "-1_a.sql",
        "+1_a.sql",
        "0_a.sql",
        "_a.sql",
        f"{LARGEST + 1}_a.sql",
        "1 _a.sql",
        "٣_a.sql",
        "1٣_a.sql",
    ],
)
def test_what_sqlx_would_refuse_or_lose_is_refused(name: str) -> None:
    assert isinstance(parse_name(name), Problem)


@given(st.text(max_size=60))
def test_any_text_is_a_name_a_problem_or_nothing(text: str) -> None:
    for name in (text, f"{text}.sql", f"1_{text}.sql", f"{text}_1.up.sql"):
        found = parse_name(name)
        assert found is None or isinstance(found, Name | Problem)
        assert found is None or name.endswith(".sql")


@given(st.integers(1, LARGEST), st.from_regex(r"[a-z0-9]+(_[a-z0-9]+)*", fullmatch=True), st.sampled_from(Way))
def test_the_names_that_new_gives_are_read_back(version: int, words: str, way: Way) -> None:
    assert parse_name(file_name(version, words, way)) == Name(version, words.replace("_", " "), way)


def test_two_files_of_one_version_are_refused_both_named() -> None:
    with pytest.raises(Refused, match=r"version 1 is also 1_a\.up\.sql") as refused:
        migrations(_1_a_up="", _1_b="", _1_b_down="")
    assert [one.where for one in refused.value.problems] == ["1_b.sql"]


def test_a_down_without_an_up_is_refused() -> None:
    with pytest.raises(Refused, match=r"2_b\.down\.sql: this down has no up"):
        migrations(_1_a_up="", _1_a_down="", _2_b_down="")


def test_a_down_of_what_says_that_it_cannot_be_reverted_is_refused() -> None:
    with pytest.raises(Refused, match=r"belongs to 1_a\.sql"):
        migrations(_1_a="", _1_a_down="")


def test_migrations_are_in_the_order_of_numbers_not_of_letters() -> None:
    assert [one.version for one in migrations(_10_b="", _9_a="", _100_c="")] == [9, 10, 100]
