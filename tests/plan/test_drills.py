"""A drill is begun on the node that is declared for it, by cron's own command, and is refused in sentences."""

from typing import Any

import pytest

DOOR = "backup/drill.py"


def test_a_drill_is_made_by_the_node_that_is_declared_for_it_and_by_no_other(pyinfra: Any) -> None:
    run = pyinfra("--dry", "--data", "kind=pitr", deploy=DOOR)
    assert run.code == 0, run.said
    assert run.hosts("Drill: pitr, beside production") == {"b1"}
    assert run.names == ["Drill: pitr, beside production", "Drill: what it came to"]


def test_it_is_crons_own_command_within_its_bounds(pyinfra: Any) -> None:
    run = pyinfra("-y", "-vv", "--data", "kind=pitr", deploy=DOOR)
    assert (run.code, "a drill, pitr: beta comes back beside production" in run.said) == (0, True), run.said
    assert "systemd-run --quiet --wait" in run.said
    assert "--property=MemoryMax=1073741824" in run.said
    assert "/usr/local/bin/steward drill pitr beta" in run.said


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ((), "kind: is missing\n    HINT: --data kind= one of restore, pitr, dump, disaster"),
        (("kind=pitre",), "kind: there is no kind pitre"),
        (("kind=restore",), "the run: has no node that makes the drill restore"),
        (("kind=disaster",), "HINT: make drill kind=disaster environment=… cluster=…"),
    ],
)
def test_what_cannot_be_drilled_is_refused_before_any_host_is_touched(
    pyinfra: Any, data: tuple[str, ...], reason: str
) -> None:
    words = [word for one in data for word in ("--data", one)]
    run = pyinfra("-y", *words, deploy=DOOR)
    assert (run.code, reason in run.said, "Traceback" in run.said) == (1, True, False), run.said


def test_a_limit_that_leaves_its_node_out_is_refused(pyinfra: Any) -> None:
    run = pyinfra("-y", "--data", "kind=pitr", "--limit", "alpha", deploy=DOOR)
    assert (run.code, "choose that node with --limit" in run.said) == (1, True), run.said


@pytest.mark.parametrize("step", ["ready", "recover", "conclude", "clear"])
def test_no_step_of_a_disaster_does_anything_to_a_cluster_that_archives(pyinfra: Any, step: str) -> None:
    run = pyinfra("--dry", "--data", "kind=disaster", "--data", f"step={step}", deploy=DOOR)
    assert [name for name in run.names if run.hosts(name)] == []
