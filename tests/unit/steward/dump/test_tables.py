"""The tables whose owner an entry needs are those that its statement names, wherever they stand."""

import pytest

from steward.dump.tables import kind, tables
from steward.dump.toc import Entry


@pytest.mark.parametrize(
    ("of", "text", "found"),
    [
        ("TABLE", "CREATE TABLE a.b (\n    i integer\n);", []),
        ("TABLE", 'CREATE TABLE a.b (\n)\nINHERITS (a.c, "D e"."f""g");', [("a", "c"), ("D e", 'f"g')]),
        ("TABLE", "CREATE TABLE a.b (inherits integer DEFAULT a.inherits (a.c));", []),
        (
            "TABLE",
            "SET default_tablespace = '';\n\nCREATE TABLE a.b (\n)\nINHERITS (a.c)\nWITH (fillfactor='70');",
            [("a", "c")],
        ),
        ("TABLE", 'CREATE TABLE a.b (\n)\nINHERITS (a."c\nd");', [("a", "c\nd")]),
        ("TABLE ATTACH", "ALTER TABLE ONLY a.b ATTACH PARTITION a.c FOR VALUES FROM ('x') TO ('y');", [("a", "b")]),
        (
            "STATISTICS",
            "CREATE STATISTICS a.s (ndistinct) ON i, (j + 1) FROM a.b;\n\nALTER STATISTICS a.s SET STATISTICS 7;",
            [("a", "b")],
        ),
        ("STATISTICS", "CREATE STATISTICS a.s ON i, (EXTRACT(year FROM j)) FROM a.b;", [("a", "b")]),
        ("TRIGGER", "CREATE TRIGGER t AFTER UPDATE OF i ON a.b FOR EACH ROW EXECUTE FUNCTION a.f();", [("a", "b")]),
        (
            "FK CONSTRAINT",
            "ALTER TABLE ONLY a.b ADD CONSTRAINT k FOREIGN KEY (i) REFERENCES a.c(i);",
            [("a", "b")],
        ),
        ("FK CONSTRAINT", "ALTER TABLE a.b\n    ADD CONSTRAINT k FOREIGN KEY (i) REFERENCES a.c(i);", [("a", "b")]),
        ("PUBLICATION TABLE", "ALTER PUBLICATION p ADD TABLE ONLY a.b (i) WHERE ((i > 0));", [("a", "b")]),
    ],
)
def test_tables_by_the_statement(of: str, text: str, found: list[tuple[str, str]]) -> None:
    assert list(tables(of, text)) == found


def test_rows_are_no_table_in_a_schema_of_that_name() -> None:
    assert kind(Entry("", 7, "TABLE DATA items shop", 1259)) == "TABLE"
    assert kind(Entry("", 7, "TABLE DATA public items shop")) == ""
    assert kind(Entry("", 0, "TABLE ATTACH public items shop")) == "TABLE ATTACH"
    assert kind(Entry("", 7, "TABLE ATTACH items shop", 1259)) == "TABLE"
    assert kind(Entry("", 7, "PUBLICATION TABLE public p items shop", 6106)) == "PUBLICATION TABLE"
