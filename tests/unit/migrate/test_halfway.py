"""When one may go on by oneself, and when a person has to say."""

from dataclasses import replace

from steward.migrate.halfway import HalfWay, prefix_digest, resumable
from steward.migrate.script import Script

from .files import script

TEXT = "-- no-transaction\ninsert into a values (1);\ncreate index concurrently i on a (b);\nvacuum a;"
SCRIPT = script(TEXT)


def found(done: int, begun: int | None, of: Script = SCRIPT) -> HalfWay:
    return HalfWay(1, 1, "up", b"", 3, done, begun, prefix_digest(of.statements[:done]), ())


def reason(seen: HalfWay | None, now: Script = SCRIPT, action: str = "up") -> str:
    problem = resumable("1 a", now, seen, action)
    return problem.what if problem else ""


def test_between_two_statements_one_goes_on() -> None:
    assert [reason(found(done, None)) for done in range(4)] == ["", "", "", ""]


def test_the_catalog_tells_how_an_index_ended() -> None:
    assert reason(found(1, 2)) == ""


def test_of_any_other_statement_nobody_knows() -> None:
    assert "statement 1 of 3, and nobody knows if that ended: insert into a values (1)" in reason(found(0, 1))
    assert "statement 3 of 3, and nobody knows if that ended: vacuum a" in reason(found(2, 3))


def test_without_a_history_a_person_decides() -> None:
    assert "does not say how far it came" in reason(None)


def test_what_is_done_must_still_be_what_the_file_says() -> None:
    changed_before = script(TEXT.replace("(1)", "(2)"))
    changed_after = script(TEXT.replace("vacuum a", "vacuum b"))
    assert "these were edited since" in reason(found(1, None), changed_before)
    assert reason(found(1, None), changed_after) == ""
    assert reason(found(0, None), changed_before) == ""


def test_a_down_that_died_is_no_up_to_go_on_with() -> None:
    assert "its down died half-way" in reason(replace(found(1, None), action="down"))
    assert reason(replace(found(1, None), action="down"), action="down") == ""


def test_a_file_that_came_into_a_transaction_is_not_gone_on_with() -> None:
    assert "does not begin with `-- no-transaction` any more" in reason(found(0, None), script("select 1"))


def test_every_reason_comes_with_the_three_ways_out() -> None:
    problem = resumable("1 a", SCRIPT, None, "up")
    assert problem is not None
    assert all(word in problem.hint for word in ("repair 1 --resume-at", "repair 1 --applied", "repair 1 --forget"))
