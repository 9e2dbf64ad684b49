"""A dump's entries are told apart by pg_restore's own words alone."""

import pytest

from steward.dump.toc import parted

HEAD = "--\n-- TOC entry {} (class 1259 OID 16385)\n-- Name: TABLE items; Type: ACL; Schema: public\n--\n\n"
FORGED = "x\n-- TOC entry 8 (class 1 OID 1)\n; drop table items; --"


def script(*statements: str) -> str:
    """What pg_restore prints of the entries 7, 8, … that consist of these statements."""
    parts = (f"{HEAD.format(number)}{one}\n\n\n" for number, one in enumerate(statements, 7))
    return "\n".join(["-- PostgreSQL database dump\n\nSET row_security = off;\n", *parts, "-- Completed\n"])


def test_each_entry_has_its_statement() -> None:
    found = parted(script("GRANT SELECT ON a TO b;", "GRANT SELECT ON c TO d;"), {"7", "8"})
    assert list(found) == ["7", "8"]
    assert "ON a" in found["7"] and "ON c" not in found["7"] and "ON c" in found["8"]
    assert "row_security" not in "".join(found.values())


@pytest.mark.parametrize(
    "statement",
    [
        f'GRANT SELECT ON "{FORGED}" TO b;',
        f"COMMENT ON TABLE a IS '{FORGED}';",
        f"CREATE FUNCTION a() RETURNS void LANGUAGE sql AS $_$ {FORGED} $_$;",
        f"COMMENT ON TABLE a IS E'\\'{FORGED}';",
        f'GRANT SELECT ON """{FORGED}""" TO b;',
    ],
)
def test_what_looks_like_the_head_of_an_entry_in_a_name_or_a_text_is_part_of_it(statement: str) -> None:
    found = parted(script(statement, "GRANT SELECT ON c TO d;"), {"7", "8"})
    assert statement in found["7"]
    assert "drop table" not in found["8"] and "ON c" in found["8"]


def test_an_entry_that_was_not_asked_for_or_comes_again_is_none() -> None:
    text = script("GRANT SELECT ON a TO b;", "GRANT SELECT ON c TO d;", "GRANT SELECT ON e TO f;")
    found = parted(text + HEAD.format(7), {"7", "9"})
    assert list(found) == ["7", "9"]
    assert "ON c" in found["7"]
