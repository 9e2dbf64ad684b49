"""Values as SQL constants. What PostgreSQL reads back is tested on a server (tests/sql/test_migrate_literals.py)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from steward.migrate.literals import constant, filled


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (-1, "-1"),
        ("it's", "'it''s'"),
        ("a\\'b", "E'a\\\\''b'"),
        (b"\x00\xff", "pg_catalog.decode('00ff', 'hex')"),
        (UUID(int=1), "'00000000-0000-0000-0000-000000000001'::uuid"),
        (datetime(2026, 1, 2, tzinfo=UTC), "'2026-01-02T00:00:00+00:00'::timestamptz"),
    ],
)
def test_a_value_is_spelled_as_sql_has_it(value: object, text: str) -> None:
    assert constant(value) == text


def test_what_has_no_spelling_is_refused() -> None:
    for value in (True, 1.5, [1]):
        with pytest.raises(TypeError):
            constant(value)


def test_places_are_filled_by_name_and_values_are_not_looked_into() -> None:
    assert filled("SELECT %(a)s, %(b)s, 5 % 2", {"a": "%(b)s", "b": 2}) == "SELECT '%(b)s', 2, 5 % 2"
