"""The live drills: each does it for real, writes down what it came to, and leaves everything as it was."""

import json

import pytest

from fleet.drill import report

from .cluster import Live


@pytest.mark.parametrize(
    ("kind", "phases"),
    [
        ("switchover", ("guard", "ready", "stop", "promote")),
        ("failover", ("detect", "fence", "choose", "ready", "promote", "first write", "restore", "start", "catch up")),
        ("node", ("restore", "start", "catch up")),
    ],
)
def test_a_live_drill_measures_and_leaves_nothing(shop: Live, kind: str, phases: tuple[str, ...]) -> None:
    before, standby = shop.primary, next(name for name in shop.nodes if name != shop.primary)
    done = shop.verb("drill", kind=kind, **({"standby": standby} if kind == "node" else {}))
    assert done.code == 0, done.said
    text = shop.lab.ssh(before, f"cat $(ls -t /var/lib/pgsteward/shop/drills/*-{kind}.json | head -n 1)")
    found = report(json.loads(text))
    assert found.ok, found.problems
    assert {one.name for one in found.phases} >= set(phases)
    assert found.rto is not None and found.rto < 60
    assert found.outage and found.outage.missing == 0 and found.outage.acknowledged > 10
    print(f"{kind}: RTO {found.rto:.1f} s; " + ", ".join(f"{one.name} {one.seconds:.1f}" for one in found.phases))
    shop.settled()
    assert shop.sql(before, "select pg_is_in_recovery()") == ["f"]
    assert shop.sql(before, "select count(*) from pg_namespace where nspname = 'pgsteward_meter'") == ["0"]
    for standby in set(shop.nodes) - {before}:
        assert shop.sql(standby, "select count(*) from pg_replication_slots") == ["0"]  # it keeps no WAL for anybody
    assert shop.operator.plan("--limit", "shop").planned == {}


def test_a_drill_that_ends_before_its_end_is_no_good_one_and_the_next_leaves_nothing_of_it(shop: Live) -> None:
    """A standby goes away after the drill was ordered and before the primary is killed: the guard says no."""
    away = next(name for name in shop.nodes if name != shop.primary)
    receiver = shop.sql(away, "select pid from pg_stat_wal_receiver")[0]
    shop.lab.ssh(away, f"kill -STOP {receiver}")
    done = shop.verb("drill", kind="failover")
    shop.lab.ssh(away, f"kill -CONT {receiver}")
    assert done.code != 0
    assert "not good" in done.said
    assert f"not killed: {away} has not received" in done.said
    kept = [json.loads(line) for line in shop.postgres(shop.primary, "steward drill list shop").splitlines()]
    assert (kept[-1]["kind"], kept[-1]["ok"]) == ("failover", False)
    assert "it ended before its end" in kept[-1]["problems"][0]
    assert shop.sql(shop.primary, "select pg_is_in_recovery()") == ["f"]
    shop.settled()
    again = shop.verb("drill", kind="switchover")
    assert again.code == 0, again.said
    assert shop.sql(shop.primary, "select count(*) from pg_namespace where nspname = 'pgsteward_meter'") == ["0"]
    assert shop.operator.plan("--limit", "shop").planned == {}


@pytest.mark.long("the switchover itself is tried so in test_switchover.py")
def test_a_drill_whose_switchover_nobody_takes_over_is_undone(shop: Live) -> None:
    standby = next(name for name in shop.nodes if name != shop.primary)
    shop.sql(standby, "select pg_wal_replay_pause()")  # it receives, and does not replay
    done = shop.verb("drill", kind="switchover")
    assert done.code != 0
    assert "is not promoted" in done.said
    assert shop.sql(shop.primary, "select pg_is_in_recovery()") == ["f"]
    shop.settled()
    again = shop.verb("drill", kind="switchover")
    assert again.code == 0, again.said
    assert shop.operator.plan("--limit", "shop").planned == {}


def test_a_live_drill_wants_the_name_of_its_cluster_and_a_declaration(shop: Live, lone: Live) -> None:
    unnamed = shop.operator.pyinfra("-y", "--data", "kind=failover", deploy="backup/drill.py")
    assert unnamed.code != 0
    assert "it is done to the running cluster: type its name" in unnamed.said
    undeclared = lone.verb("drill", kind="failover")
    assert undeclared.code != 0
    assert "declares no failover" in undeclared.said
