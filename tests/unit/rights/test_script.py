"""Scripts: one transaction, nothing in a log, nothing that waits."""

from fleet.rights import Statement, script

ONE, TWO = Statement("one", "SELECT 1;"), Statement("two", "SELECT 2;")
ALONE = Statement("alone", "CREATE DATABASE x;", alone=True)


def body(*statements: Statement) -> list[str]:
    """The lines after the session's settings, without comments."""
    lines = script(statements, "postgres").splitlines()
    return [line for line in lines if not line.startswith(("SET ", "\\set", "--"))]


def test_statements_stand_in_one_transaction() -> None:
    assert body(ONE, TWO) == ["BEGIN;", "SELECT 1;", "SELECT 2;", "COMMIT;"]


def test_what_cannot_run_in_a_transaction_stands_between_two() -> None:
    assert body(ONE, ALONE, TWO) == [
        "BEGIN;",
        "SELECT 1;",
        "COMMIT;",
        "CREATE DATABASE x;",
        "BEGIN;",
        "SELECT 2;",
        "COMMIT;",
    ]


def test_a_database_gets_its_own_statements_only_and_none_is_no_script() -> None:
    assert script([ONE, Statement("x", "SELECT 3;", "shop")], "shop").count("SELECT") == 1
    assert script([ONE], "shop") == ""


def test_logging_is_off_before_anything_else_is_said() -> None:
    lines = script([ONE], "postgres").splitlines()
    assert lines[2] == "SET log_statement = 'none';"
    assert lines.index("SET synchronous_commit = 'local';") < lines.index("BEGIN;")


def test_a_sentence_stays_a_comment() -> None:
    assert body(Statement("x\nDROP ROLE a;\r\\! ls", "SELECT 1;")) == ["BEGIN;", "SELECT 1;", "COMMIT;"]
