"""A standby takes over because somebody wants it to: nothing is lost; where it must not be it is not, or is undone."""

from lab import faults

from ...operator import eventually
from .cluster import Live

STALL = 15  # seconds; a second in the lab, where others use the machine, too


def test_a_switchover_loses_nothing_and_the_plan_afterwards_is_the_edit(shop: Live) -> None:
    watching, old = shop.watch(), shop.primary
    done = shop.verb("switchover")
    assert done.code == 0, done.said
    seen = watching.end()
    assert seen.missing == ()
    assert seen.seconds < STALL
    print(f"switchover: {seen.seconds:.1f} s without a write, {seen.acknowledged} acknowledged")
    shop.edit(done.said)
    assert shop.primary != old
    shop.settled()
    assert shop.sql(old, "select count(*) from pg_replication_slots") == ["0"]  # it keeps no WAL for anybody
    assert shop.sql(shop.primary, "show synchronous_standby_names") != [""]
    shop.operator.deploy("--limit", "shop")
    assert shop.operator.plan("--limit", "shop").planned == {}


def test_a_standby_that_does_not_stream_stops_it_before_anything_is_touched(shop: Live) -> None:
    away = next(name for name in shop.nodes if name != shop.primary)
    shop.lab.ssh(away, f"systemctl stop {shop.unit}")
    done = shop.verb("switchover")
    assert done.code != 0
    assert f"not switched over: {away} is not connected" in done.said
    assert shop.sql(shop.primary, "select pg_is_in_recovery()") == ["f"]
    shop.lab.ssh(away, f"systemctl start {shop.unit}")
    shop.settled()


def test_a_standby_that_has_not_received_what_was_written_is_not_restarted_past_either(shop: Live) -> None:
    """The same guard: it streams, says the primary, and yet has nothing of the last seconds."""
    away = next(name for name in shop.nodes if name != shop.primary)
    receiver = shop.sql(away, "select pid from pg_stat_wal_receiver")[0]
    shop.lab.ssh(away, f"kill -STOP {receiver}")
    done = shop.verb("switchover")
    shop.lab.ssh(away, f"kill -CONT {receiver}")
    assert done.code != 0
    assert f"not switched over: {away} has not received" in done.said
    shop.settled()


def test_what_nobody_takes_over_is_undone(lone: Live) -> None:
    """The standby stops receiving after the guard has looked: the old primary has the writes again."""
    query = "select count(*) from pg_stat_replication where state = 'streaming'"
    eventually(lambda: lone.sql(lone.primary, query), ["1"], 60)
    standby = next(name for name in lone.nodes if name != lone.primary)
    lone.sql(standby, "select pg_wal_replay_pause()")  # it receives, and does not replay
    done = lone.verb("switchover")
    assert done.code != 0
    assert "is not promoted" in done.said
    assert lone.sql(lone.primary, "select pg_is_in_recovery()") == ["f"]
    lone.settled()  # it was stopped, so that nothing is asked of it any more, and replays again


def test_a_promotion_of_choice_is_a_switchover(shop: Live) -> None:
    refused = shop.verb("promote")
    assert refused.code != 0
    assert "is the primary, and answers" in refused.said
    refused = shop.verb("promote", unreachable=shop.primary)
    assert "was reached" in refused.said


def test_a_primary_that_only_the_operator_cannot_reach_is_not_lost(shop: Live) -> None:
    """Cut off from this machine, and from nobody else."""
    address = shop.nodes[shop.primary]["address"]
    faults.inside(shop.lab.plan, shop.primary, "systemctl", "stop", "ssh")
    refused = shop.verb("promote", unreachable=shop.primary)
    faults.inside(shop.lab.plan, shop.primary, "systemctl", "start", "ssh")
    assert refused.code != 0, address
    assert "it is not lost, and would go on taking writes" in refused.said
