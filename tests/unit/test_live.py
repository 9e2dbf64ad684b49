"""What a live drill came to: no loss is counted as none, and a client that says nothing proves nothing.

And what is done where a handover does not come to its end.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from fleet.problem import Problem
from fleet.server import Server
from tasks import failures
from tasks.live import abandoned, act, steps
from tasks.live.act import Act
from tasks.live.drilled import Drill, figures
from tasks.live.meter import Measured, Meter
from tasks.live.watching import Watching

from .test_promotion import DOWN, cluster, standby


def drill(seen: Measured | None, heartbeat: float = 0.0) -> Drill:
    act = Act("shop", "shop.yml", "pg1")
    return Drill("failover", act, act, struck=100.0, heartbeat=heartbeat, measured=seen)


def seen(*missing: float) -> Measured:
    return Measured(acknowledged=50, missing=missing, errors=3, seconds=4.5, since=99.9, first=104.4)


def test_what_is_lost_is_what_the_heartbeat_says_or_where_it_says_nothing_the_oldest_row_that_is_gone() -> None:
    assert figures(drill(seen())) == (4.5, 0.0)
    assert figures(drill(seen(98.0, 99.0), heartbeat=97.5)) == (4.5, 2.5)
    assert figures(drill(seen(98.0, 99.0))) == (4.5, 2.0)
    assert figures(drill(None)) == (None, None)


def test_no_less_is_lost_than_the_rows_that_are_gone_whatever_the_clock_of_the_database_host() -> None:
    assert figures(drill(seen(98.0, 99.0), heartbeat=99.5)) == (4.5, 2.0)


def test_rows_that_are_gone_though_nothing_was_struck_are_not_a_loss_of_nothing() -> None:
    handed = Act("shop", "shop.yml", "pg1")
    assert figures(Drill("switchover", handed, handed, measured=seen(98.0))) == (4.5, None)
    assert figures(Drill("switchover", handed, handed, measured=seen())) == (4.5, 0.0)


def test_what_could_not_be_written_until_the_client_ended_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meter, "there", lambda self: {1, 2})
    measured = Meter({}, begin=100.0, acknowledged={1: 100.1, 2: 100.5}, end=107.5).measured()
    assert (measured.seconds, measured.since, measured.first) == (7.0, 100.5, 107.5)


def marked(*marks: str) -> Act:
    return Act("shop", "inventories/prod.yml", "pg1", marks=dict.fromkeys(marks, 1.0))


def test_a_drill_that_ends_while_the_primary_is_fenced_leaves_a_promotion_to_do() -> None:
    one, back = marked("begin", "detect", "fence"), marked()
    fenced, again = abandoned.left(Drill("failover", one, back))
    assert "pg1 may not start" in fenced
    assert "pyinfra inventories/prod backup/promote.py --data cluster=shop" in fenced
    assert "the drill once more" in again
    killed = abandoned.left(Drill("failover", marked("begin", "detect"), back))
    assert killed[0] == "the environment's file is right as it is: make deploy"


@pytest.mark.parametrize(
    ("marks", "halfway"),
    [
        (("guard", "ready"), False),
        (("guard", "ready", "stop"), True),
        (("guard", "ready", "stop", "promote"), False),
        (("guard", "ready", "stop", "undo"), False),
    ],
)
def test_a_cluster_in_which_a_handover_stopped_halfway_is_left_alone_when_that_is_undone(
    monkeypatch: pytest.MonkeyPatch, marks: tuple[str, ...], halfway: bool
) -> None:
    monkeypatch.setattr(failures, "member", lambda host: SimpleNamespace(cluster_name=host[:4]))
    failed: list[Any] = []
    run = SimpleNamespace(failed_hosts={"shop/pg2"}, active_hosts={"shop/pg1", "lone/pg4"}, fail_hosts=failed.append)
    for drill in (Drill("switchover", marked(*marks), marked()), Drill("switchover", marked(), marked(*marks))):
        failures.ClusterFailure(drill.halfway).operation_end(run, "")
    assert failed == ([] if halfway else [{"shop/pg1"}] * 2)
    failures.ClusterFailure(None).operation_end(run, "")
    assert failed[-1] == {"shop/pg1"}


class Silent(Act):
    """A promotion in whose run no standby answers any more when it is asked; and one does a moment later."""

    members = property(lambda self: [SimpleNamespace(cluster=cluster())])

    def seen(self) -> dict[str, Server]:
        return {"pg1": DOWN, "pg2": standby(1) if self.wrong else DOWN, "pg3": DOWN}


def test_a_fenced_primary_and_nobody_to_take_its_place_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "state", SimpleNamespace(is_executing=True))
    one = Silent("shop", "shop.yml", "pg1")
    for name in ("pg2", "pg3"):
        (said,) = steps.readied._inner(SimpleNamespace(name=name), one)
        assert "no standby answers that could be promoted" in str(said)
    assert one.taker == ""


def test_a_primary_that_answers_again_is_not_replaced() -> None:
    back = Problem("unreachable", "pg1 answers pg2: it is not lost", "cut it off")
    (said,) = steps.unanswered._inner(None, SimpleNamespace(lost="pg1", answered=lambda member: back))
    assert "pg1 answers pg2: it is not lost" in str(said)


def test_a_client_that_died_has_seen_nothing() -> None:
    watching = Watching({"host": "/nowhere"})
    watching.kill()
    assert not watching.await_write(0, 5)
    with pytest.raises(EOFError, match="without a word"):
        watching.end()
