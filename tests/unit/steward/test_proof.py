"""Whether a restored server is where it was wanted."""

from dataclasses import replace
from typing import Any

import pytest

from fleet.problem import Refused
from steward.restore.plan import Plan
from steward.restore.proof import Proof, proof

BEFORE, AFTER = "2026-11-21 10:00:00.1+00", "2026-11-21 10:00:01.1+00"


def plan(**more: Any) -> Plan:
    return Plan("main", "near", 1, "20261121-090000F", 1, False, "time", "x", False, 1000, "time x", **more)


class Server:
    """A restored server with these heartbeats, or without the table; each statement answers with one row."""

    def __init__(self, *beats: str, known: bool = True, timeline: int = 2) -> None:
        self.beats, self.known, self.timeline = beats, known, timeline

    def execute(self, statement: str, values: tuple[str | None, ...] = ()) -> "Server":
        if "timeline" in statement:
            self.row: dict[str, Any] = {"timeline": self.timeline}
        elif "to_regclass" in statement:
            self.row = {"known": self.known}
        elif "exists" in statement:
            self.row = {"there": values[0] in self.beats}
        else:
            newest = max(self.beats, default=None)
            self.row = {"newest": newest, "shown": newest, "lost": 12.34 if values[0] and newest else None}
        return self

    def fetchone(self) -> dict[str, Any]:
        return self.row


def test_recovery_went_along_the_timeline_that_was_judged() -> None:
    """It finds the newest one by itself, and only as far as each has left its history in the archive."""
    with pytest.raises(Refused, match="did not get to timeline 5: the server is on 4"):
        proof(Server(BEFORE, timeline=4), replace(plan(before=BEFORE), timeline=5))


def test_the_row_before_is_there_and_the_one_after_is_not() -> None:
    found = proof(Server(BEFORE), plan(before=BEFORE, after=AFTER, newest=AFTER))
    assert found == Proof(BEFORE, 12.34, True)
    assert str(found) == (
        f"it holds everything up to {BEFORE}, proved by the rows around it; 12.3 s of production are not in it"
    )


@pytest.mark.parametrize(
    ("beats", "what"),
    [
        ((), f"the heartbeat of {BEFORE} from before the target is not there"),
        ((BEFORE, AFTER), f"the heartbeat of {AFTER} from after the target is there"),
    ],
)
def test_a_server_that_is_elsewhere_is_refused(beats: tuple[str, ...], what: str) -> None:
    with pytest.raises(Refused, match="target: ") as caught:
        proof(Server(*beats), plan(before=BEFORE, after=AFTER))
    assert what in str(caught.value)


def test_a_server_without_the_heartbeats_that_should_be_there_is_elsewhere() -> None:
    """It stopped before the table was made: that is not where it was wanted, and nothing else says so."""
    with pytest.raises(Refused, match="from before the target is not there"):
        proof(Server(known=False), plan(before=BEFORE))


def test_without_production_nothing_is_compared_and_that_is_said() -> None:
    found = proof(Server(BEFORE), plan())
    assert found == Proof(BEFORE, None, False)
    assert str(found) == f"it holds everything up to {BEFORE}"


def test_where_no_heartbeat_ever_was_there_is_nothing_to_measure_by() -> None:
    assert str(proof(Server(known=False), plan())) == "there was no heartbeat to measure by"
    assert str(proof(Server(), plan())) == "there was no heartbeat to measure by"
