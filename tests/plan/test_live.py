"""Promotions and switchovers on fake hosts: what is refused, what is touched, and in which order."""

import json
from pathlib import Path
from typing import Any

import pytest

PLAN = Path(__file__).parent


def standing(**answers: Any) -> list[str]:
    return ["configured=yes", "contents=base", f"snapshot={json.dumps(answers)}"]


LOST = ["configured=yes", "contents=base", "data_version=17"]
LOOK = "What stands on this host of one"
PRIMARY = standing(recovery=False, lsn="0/5000000", timeline=1)


def standby(received: str) -> list[str]:
    return standing(recovery=True, received=received, timeline=1)


def fleet(**nodes: list[str]) -> dict[str, Any]:
    """What each node says of its server; the look at machines and everything else as ever."""
    return {f"{name}:{LOOK}": lines for name, lines in nodes.items()}


STILL = [*standby("0/5000000"), "standby=yes"]
BETA = fleet(b2=LOST, b1=standby("0/4000000"), b3=standby("0/5000000"))
BOTH = fleet(b2=PRIMARY, b1=standby("0/5000000"), b3=standby("0/5000000"))


def promote(pyinfra: Any, *data: str, answers: dict[str, Any] = BETA, **more: Any) -> Any:
    words = [word for one in data for word in ("--data", one)]
    return pyinfra("--dry", *words, deploy="backup/promote.py", answers=answers, **more)


def test_a_cluster_has_to_be_named(pyinfra: Any) -> None:
    for data in ((), ("cluster=gamma",)):
        run = promote(pyinfra, *data)
        assert run.code == 1
        assert "type the name of the cluster that it is done to: --data cluster=alpha|beta" in run.said


def test_a_promotion_touches_only_the_cluster_that_was_named(pyinfra: Any) -> None:
    plan = promote(pyinfra, "cluster=beta")
    assert plan.code == 0, plan.said
    touched = {host for one in plan.result["plan"] for host in one["hosts_with_change"]}
    assert touched == {"@fake/b1", "@fake/b2", "@fake/b3"}
    assert plan.hosts("Promotion: the old primary is stopped, and kept from starting") == {"b2"}
    # The delayed standby has more, and is not what is promoted.
    assert plan.hosts("Promotion: it takes the writes") == {"b1"}


def test_the_old_primary_is_fenced_before_anybody_is_chosen(pyinfra: Any) -> None:
    names = promote(pyinfra, "cluster=beta").names
    steps = ("is stopped, and kept", "nobody takes writes", "is readied", "it takes the writes", "the others follow")
    places = [next(at for at, name in enumerate(names) if step in name) for step in steps]
    assert places == sorted(places)


def test_a_primary_that_answers_is_not_replaced(pyinfra: Any) -> None:
    run = promote(pyinfra, "cluster=beta", answers=BOTH)
    assert run.code == 1
    assert "clusters.beta.nodes.b2: is the primary, and answers" in run.said
    assert "backup/switchover.py" in run.said


def test_a_lost_primary_that_answers_a_standby_is_not_lost(pyinfra: Any) -> None:
    run = promote(pyinfra, "cluster=beta", "unreachable=b2", answers=BETA | {"b1:pg_isready": ["answers=yes"]})
    assert run.code == 1
    assert "unreachable: b2 answers b1: it is not lost" in run.said or "unreachable: b2 was reached" in run.said


def test_a_lost_primary_is_asked_again_when_the_run_has_come_to_the_promotion(
    pyinfra: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAN_AWAY", "b2")
    run = promote(pyinfra, "cluster=beta", "unreachable=b2")
    assert run.code == 0, run.said
    assert run.names[1:3] == [
        "Promotion: the old primary answers nobody",
        "Promotion: the most advanced standby is readied",
    ]


@pytest.mark.parametrize("verb", ["promote", "switchover"])
def test_a_repository_that_is_away_keeps_nobody_from_taking_the_writes(
    pyinfra: Any, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("PLAN_AWAY", "b4")
    good = {"b2:What keeps standbys": ["b1=", "b3="], "b2:Where the log": ["position=0/6000028"]}
    answers = (BETA if verb == "promote" else BOTH) | good
    run = pyinfra("-y", "--data", "cluster=beta", deploy=f"backup/{verb}.py", answers=answers)
    assert run.code == 0, run.said
    assert run.names[-1].endswith("WAL goes on to arrive")
    assert run.result["results"]["operations"][-1]["success"]


def test_a_standby_is_not_given_up_where_the_deploy_that_follows_would_end_at_once(
    pyinfra: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAN_AWAY", "b4")
    words = ("--data", "cluster=beta", "--data", "standby=b1")
    run = pyinfra("-y", *words, deploy="backup/rebuild.py", answers=BOTH)
    assert run.code == 1
    assert "clusters.beta.nodes.b4: cannot be reached" in run.said
    assert run.result["results"] is None


def test_a_live_drill_wants_the_repositories_too(pyinfra: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_AWAY", "b4")
    words = ("--data", "kind=failover", "--data", "cluster=beta")
    run = pyinfra("-y", *words, deploy="backup/drill.py", answers=BOTH)
    assert (run.code, "Traceback" in run.said) == (1, False), run.said
    assert "clusters.beta.nodes.b4: cannot be reached" in run.said


def test_a_switchover_goes_to_the_one_that_was_named_or_the_first(pyinfra: Any) -> None:
    good = {"b2:What keeps standbys": ["b1=", "b3="]}
    plan = pyinfra("--dry", "--data", "cluster=beta", deploy="backup/switchover.py", answers=BOTH | good)
    assert plan.code == 0, plan.said
    assert plan.hosts("Switchover: the old primary stops") == {"b2"}
    assert plan.hosts("Switchover: the standby takes the writes") == {"b1"}
    wrong = pyinfra("--dry", "--data", "cluster=beta", "--data", "to=b3", deploy="backup/switchover.py", answers=BOTH)
    assert wrong.code == 1
    assert "b3 is no standby that could take over" in wrong.said


def test_a_switchover_stops_nothing_while_a_standby_is_behind(pyinfra: Any) -> None:
    refusal = {"success": False, "stderr": "refused"}  # on a fake host no command fails by itself
    behind = {"b2:What keeps standbys": ["b1=", "b3=has not received 0/5000000"], "b1:not switched over": refusal}
    run = pyinfra("-y", "--data", "cluster=beta", deploy="backup/switchover.py", answers=BOTH | behind)
    assert run.code == 1
    operations = {one["name"]: one["success"] for one in run.result["results"]["operations"]}
    assert operations["Switchover: the old primary stops"] == []
    assert operations["Switchover: the others follow it"] == []


def test_a_switchover_that_nobody_takes_over_is_undone(pyinfra: Any) -> None:
    fails = {
        "b2:What keeps standbys": ["b1=", "b3="],
        "b2:Where the log of a server ends": ["position=0/6000028"],
        "b1:Has a standby take the writes": {"success": False, "stderr": "the test says no"},
    }
    answers = BOTH | fleet(b1=STILL) | fails
    run = pyinfra("-y", "--data", "cluster=beta", deploy="backup/switchover.py", answers=answers)
    assert run.code == 1
    operations = {one["name"]: one["success"] for one in run.result["results"]["operations"]}
    assert operations["Switchover: undone, where nobody took the writes"] == ["@fake/b2"]
    assert operations["Switchover: the others follow it"] == []


def test_what_a_plan_has_found_good_is_not_taken_for_done_when_the_run_finds_it_bad(pyinfra: Any) -> None:
    """Between the plan and the run an operator may think for an hour: nothing is stopped because of what was."""
    ready = standing(recovery=True, received="0/5000000", timeline=1, slots={"b2": "reserved", "b3": "reserved"})
    changed = {
        "b2:followers 5432 10": ["b1=", "b3=does not stream: catchup"],  # the run has patience, the plan has none
        "b2:What keeps standbys": ["b1=", "b3="],
        "b1:not switched over": {"success": False, "stderr": "refused"},
    }
    answers = fleet(b2=PRIMARY, b1=ready, b3=standby("0/5000000")) | changed
    words = ("backup/switchover.py", "--data", "cluster=beta")
    run = pyinfra(*words, deploy="", answers=answers, program=("pyinfra", "tests/plan/two"), typed="\n" * 9)
    assert "[@fake/b1] refused" in run.said
    assert "Switchover: WAL goes on to arrive" in run.said  # it went on to its end
    assert "[@fake/b2] Success" not in run.said


def test_the_only_standby_of_a_primary_that_is_lost_is_not_given_up(pyinfra: Any) -> None:
    words = ("--data", "cluster=alpha", "--data", "standby=a2")
    refusal = {"a2:what is here may be all that is left": {"success": False, "stderr": "refused"}}
    answers = fleet(a1=LOST, a2=standby("0/5000000")) | refusal
    run = pyinfra("-y", *words, deploy="backup/rebuild.py", answers=answers)
    assert run.code == 1
    operations = {one["name"]: one["success"] for one in run.result["results"]["operations"]}
    assert {name for name, hosts in operations.items() if hosts} == set()


@pytest.mark.parametrize(
    ("taker", "more"),
    [
        pytest.param(["configured=yes", "contents=base", "running=yes"], {}, id="it does not answer"),
        pytest.param(LOST, {}, id="it took them, and crashed"),
        pytest.param(STILL, {"b1:Takes back that": {"success": False}}, id="it may take them yet"),
    ],
)
def test_a_switchover_is_not_undone_while_nobody_knows_whether_the_other_took_the_writes(
    pyinfra: Any, taker: list[str], more: dict[str, Any]
) -> None:
    """The connection broke after it was asked: two primaries would be worse than none."""
    fails = more | {
        "b2:What keeps standbys": ["b1=", "b3="],
        "b2:Where the log of a server ends": ["position=0/6000028"],
        "b1:Has a standby take the writes": {"success": False, "stderr": "the connection broke"},
        "b2:is not started again": {"success": False, "stderr": "refused"},
    }
    silent = fleet(b2=PRIMARY, b1=taker, b3=standby("0/5000000"))
    run = pyinfra("-y", "--data", "cluster=beta", deploy="backup/switchover.py", answers=silent | fails)
    assert run.code == 1
    operations = {one["name"]: one for one in run.result["results"]["operations"]}
    assert operations["Switchover: the old primary stops"]["success"] == ["@fake/b2"]
    assert operations["Switchover: undone, where nobody took the writes"]["success"] == []


def test_whoever_is_said_to_be_unreachable_the_refusal_is_a_sentence(pyinfra: Any) -> None:
    everybody = ("--dry", "--data", "cluster=beta", "--data", "unreachable=b1,b2,b3,b9")
    for deploy, reasons in (
        ("backup/promote.py", ("b1 was reached", "there is no server b9")),
        ("backup/switchover.py", ("b2 is the primary, which has to hand over", "there is no server b9")),
    ):
        run = pyinfra(*everybody, deploy=deploy, answers=BETA)
        assert (run.code, "Traceback" in run.said) == (1, False), run.said
        assert all(reason in run.said for reason in reasons), run.said


def test_commits_wait_for_nobody_where_the_host_of_a_standby_is_there_and_its_server_is_not(
    pyinfra: Any, tmp_path: Path
) -> None:
    place = tmp_path / "plan"
    place.mkdir()
    declared = (PLAN / "two.yml").read_text(encoding="utf-8").replace(", delay: 1h", "")
    waiting = declared.replace("    drills: {pitr", "    replication: {synchronous: {number: 1}}\n    drills: {pitr")
    (place / "two.yml").write_text(waiting, encoding="utf-8")
    (place / "two").write_text((PLAN / "two").read_text(encoding="utf-8"), encoding="utf-8")
    ready = standing(recovery=True, received="0/4000000", timeline=1, slots={"b2": "reserved", "b3": "reserved"})
    run = promote(
        *(pyinfra, "cluster=beta", "loss=accepted"),
        answers=fleet(b2=LOST, b1=ready, b3=LOST),
        program=("pyinfra", "--json", str(place / "two")),
    )
    assert run.code == 0, run.said
    assert "commits wait for nobody, until the next deploy" in run.said


def test_a_fenced_primary_is_not_restored_half_way(pyinfra: Any) -> None:
    """It could not start afterwards; so its data is not put aside, and its standbys are not given up."""
    fenced = [*LOST, "fenced=another node was promoted in place of b2"]
    answers = fleet(b2=fenced, b1=standby("0/4000000"), b3=standby("0/4000000"))
    refusal = {"b2:is declared primary, but may not start": {"success": False, "stderr": "refused"}}
    run = pyinfra("-y", "--data", "in_place=beta", deploy="backup/restore.py", answers=answers | refusal)
    assert run.code == 1
    operations = {one["name"]: one["success"] for one in run.result["results"]["operations"]}
    of_restore = {name: hosts for name, hosts in operations.items() if "Restore: " in name}
    assert len(of_restore) >= 3
    assert not any(of_restore.values())
