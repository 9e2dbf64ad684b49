"""Constants mean the same to PostgreSQL, whatever a migration has set."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.migrate.literals import constant

from .server import Server

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20) | st.text(
    "'\\\"E$x", max_size=8
)


@pytest.mark.parametrize("conforming", ["on", "off"])
def test_texts_and_bytes_come_back_as_they_went(running: Server, conforming: str) -> None:
    with running.connect() as connection:
        connection.execute(f"SET standard_conforming_strings = {conforming}; SET escape_string_warning = off")

        @settings(max_examples=200, deadline=None)
        @given(TEXT, st.binary(max_size=20))
        def alike(words: str, octets: bytes) -> None:
            row = connection.execute(f"SELECT {constant(words)}, {constant(octets)}").fetchone()
            assert row == (words, octets)

        alike()
