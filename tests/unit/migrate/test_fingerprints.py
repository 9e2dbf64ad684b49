"""Two schemas, compared."""

from hypothesis import given
from hypothesis import strategies as st

from steward.migrate.applied import Applied
from steward.migrate.fingerprint import differences, digest, ledger_digest

SCHEMA = {"table public.a": "1", "column public.a.x": "2", "constraint public.a.a_pkey": "3", "index public.a_i": "4"}
OBJECTS = st.dictionaries(st.sampled_from(list(SCHEMA)), st.sampled_from("123"))


def shown(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [str(one) for one in differences(before, now)]


def test_each_change_is_told_by_object() -> None:
    now = SCHEMA | {"column public.a.x": "9", "function public.f()": "5"}
    del now["index public.a_i"]
    assert shown(SCHEMA, now) == ["column public.a.x changed", "function public.f() added", "index public.a_i removed"]


def test_what_went_with_its_table_is_not_told_again() -> None:
    assert shown(SCHEMA, {}) == ["index public.a_i removed", "table public.a removed"]
    assert shown({}, SCHEMA) == ["index public.a_i added", "table public.a added"]


def test_a_column_of_a_changed_table_is_told() -> None:
    now = SCHEMA | {"table public.a": "9", "column public.a.y": "1"}
    assert shown(SCHEMA, now) == ["column public.a.y added", "table public.a changed"]


@given(OBJECTS, OBJECTS)
def test_schemas_have_one_digest_exactly_if_nothing_differs(one: dict[str, str], other: dict[str, str]) -> None:
    assert (differences(one, other) == []) == (one == other) == (digest(one) == digest(other))


@given(st.permutations(list(SCHEMA.items())))
def test_a_digest_knows_no_order(items: list[tuple[str, str]]) -> None:
    assert digest(dict(items)) == digest(SCHEMA)


def test_the_ledger_s_digest_changes_with_every_row() -> None:
    one, two = Applied(1, "a", True, b"a"), Applied(2, "b", True, b"b")
    sums = [[one], [two], [one, two], [Applied(1, "a", False, b"a")], [Applied(1, "a", True, b"c")], []]
    assert len({ledger_digest(rows) for rows in sums}) == len(sums)
    assert ledger_digest([one, two]) == ledger_digest([two, one])
