"""The order across hosts, and what happens to it when a node fails or the run is limited."""

import re
from typing import Any

Fails = {"success": False, "stderr": "the test says no"}


def before(names: list[str], first: str, second: str) -> bool:
    return names.index(first) < names.index(second)


def test_a_blank_fleet_is_planned_to_the_last_step(pyinfra: Any) -> None:
    plan = pyinfra("--dry")
    assert plan.code == 0, plan.said
    assert plan.hosts("Packages: what the node's duty needs is installed") == {"a1", "a2", "b1", "b2", "b3", "b4"}
    assert plan.hosts("Primary: the database cluster exists") == {"a1", "b2"}
    assert plan.hosts("Primary: PostgreSQL runs") == {"a1", "b2"}
    assert plan.hosts("Standby: the data is a copy of its primary") == {"a2", "b1", "b3"}
    assert plan.hosts("Standby: it streams") == {"a2", "b1", "b3"}


def test_a_repository_gets_no_server_and_takes_the_backups(pyinfra: Any) -> None:
    plan = pyinfra("--dry")
    names = {one["name"] for one in plan.result["plan"] if "@fake/b4" in one["hosts_with_change"]}
    assert not any(name.startswith(("Primary: ", "Standby: ")) for name in names)
    assert re.search(r"\[.*b4.*\] packages: install cron, pgbackrest, python3, ", plan.said)
    assert plan.hosts("Backups: every repository holds a full one") == {"b4"}
    assert before(plan.names, "Clusters are ready", "Backups: WAL arrives")


def test_standbys_wait_until_every_primary_is_ready(pyinfra: Any) -> None:
    run = pyinfra("-y")
    assert run.code == 0, run.said
    names = run.names
    assert before(names, "Hosts are ready", "Primary: the database cluster exists")
    for name in (name for name in names if name.startswith("Primary: ")):
        assert before(names, name, "Primaries are ready")
    for name in (name for name in names if name.startswith("Standby: ")):
        assert before(names, "Primaries are ready", name)


def test_the_first_start_comes_after_the_whole_configuration(pyinfra: Any) -> None:
    names = pyinfra("-y").names
    for duty in ("Primary", "Standby"):
        assert before(names, f"{duty}: its configuration is in force", f"{duty}: PostgreSQL runs")


def test_the_first_write_waits_for_nothing_that_came_back_with_the_data(pyinfra: Any) -> None:
    names = pyinfra("-y").names
    assert before(names, "Primary: PostgreSQL runs", "Steward: its heartbeat runs")
    for name in ("a replication slot for each standby", "the roles are as declared"):
        assert before(names, "Steward: its heartbeat runs", f"Primary: {name}")


def test_a_failed_primary_stops_its_cluster_and_no_other(pyinfra: Any) -> None:
    run = pyinfra("-y", answers={"a1:pg_createcluster": Fails})
    assert run.code == 1
    assert sorted(run.result["results"]["failed_hosts"]) == ["@fake/a1", "@fake/a2"]
    streaming = next(one for one in run.result["results"]["operations"] if one["name"] == "Standby: it streams")
    assert sorted(streaming["success"]) == ["@fake/b1", "@fake/b3"]


def test_a_failed_standby_leaves_the_rest_of_its_cluster_alone(pyinfra: Any) -> None:
    run = pyinfra("-y", answers={"b1:Fills an empty directory": Fails})
    assert run.code == 1
    assert sorted(run.result["results"]["failed_hosts"]) == ["@fake/b1", "@fake/b2", "@fake/b3", "@fake/b4"]


def test_a_limit_to_a_standby_still_knows_its_primary(pyinfra: Any) -> None:
    plan = pyinfra("--dry", "--limit", "@fake/a2")
    assert plan.code == 0, plan.said
    assert plan.hosts("Standby: the data is a copy of its primary") == {"a2"}
    assert all(set(one["hosts_with_change"]) <= {"@fake/a2"} for one in plan.result["plan"])


def test_a_restart_takes_standbys_in_turn_and_the_primary_last(pyinfra: Any) -> None:
    plan = pyinfra("--dry", deploy="restart.py", answers=waiting(("b1", "b3", "a2")))
    assert plan.code == 0, plan.said
    turns = [plan.hosts(f"Turn {turn}: restart what waits for it") for turn in (1, 2, 3)]
    assert turns == [{"a2", "b1"}, {"a1", "b3"}, {"b2"}]


def test_a_restart_is_refused_where_the_primary_says_nothing_of_a_standby(pyinfra: Any) -> None:
    answers = waiting(("b1", "b3", "a2")) | {"b2:What keeps standbys": ["b1="]}
    run = pyinfra("-y", deploy="restart.py", answers=answers | {"b1:not restarted: b3 is not known": Fails})
    assert run.code == 1
    assert "@fake/b1" in run.result["results"]["failed_hosts"]


def waiting(standbys: tuple[str, ...]) -> dict[str, Any]:
    """A server with a setting that waits for a restart, and standbys that stream."""
    import json

    answers = {
        "recovery": False,
        "pending_restart": ["max_connections"],
        "standbys": [{"application": name, "state": "streaming"} for name in standbys],
    }
    return {
        "What stands on this host": ["configured=yes", "running=yes", f"snapshot={json.dumps(answers)}"],
        "What keeps standbys": [f"{name}=" for name in standbys],
    }
