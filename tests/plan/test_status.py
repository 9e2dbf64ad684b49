"""`make status` as CI sees it: exit codes, and the page or the document alone on standard output."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import interrupts

from .conftest import ROOT

LOOK = "How this node stands, of one cluster"
NODES = {"a1": "primary", "a2": "standby", "b1": "standby", "b2": "primary", "b3": "standby", "b4": "repository"}
ONE = """
secrets: {from: environment, prefix: X_}
ssh: {port: 4}
clusters: {one: {postgresql: 17, nodes: {n1: {address: 192.0.2.2, duty: primary}}}}
"""
STATUS = {"deploy": "", "program": ("tasks.status", "tests/plan/two")}


def lines(duty: str, *checks: dict[str, str]) -> list[str]:
    """What the script answers on a node that is well but for the checks."""
    now = int(time.time())
    near = {"name": "near", "newest_wal": "", "archive_age_seconds": 1.0, "verified_at": None, "holes": []}
    server = {"timeline": 1, "lsn": "0/1", "heartbeat_age_seconds": 0.1, "wal_waiting_bytes": 0, "standbys": {}}
    found = {
        "duty": duty,
        "at": now,
        "checks": checks,
        "server": server if duty == "primary" else {},
        "repositories": [near | {"backups": []}] if duty != "standby" else [],
        "jobs": [],
        "recoveries": [],
    }
    text = json.dumps(found)
    return [f"clock={now}", "steward=yes", f"told={now - 3600}", f"kept={text}", "code=0", f"document={text}", "said="]


def fleet(**changed: Any) -> dict[str, Any]:
    """The answers of every node, some of them otherwise."""
    return {f"{node}:{LOOK}": changed.get(node, lines(duty)) for node, duty in NODES.items()}


def test_a_fleet_that_is_well_ends_with_0(pyinfra: Any) -> None:
    run = pyinfra("--json", answers=fleet(), **STATUS)
    assert (run.code, run.result["state"], run.result["looked"]) == (0, "good", 6)
    assert [one["name"] for one in run.result["clusters"]] == ["alpha", "beta"]


def test_what_is_late_or_broken_ends_with_1(pyinfra: Any) -> None:
    for state in ("late", "broken"):
        check = {"where": "archive", "what": "archiving fails", "hint": "look at the log", "state": state}
        run = pyinfra("--json", answers=fleet(a1=lines("primary", check)), **STATUS)
        assert (run.code, run.result["state"]) == (1, state)
        assert [one["hint"] for one in run.result["findings"]] == ["look at the log"]


def test_a_note_ends_with_0(pyinfra: Any) -> None:
    check = {"where": "repository near", "what": "a hole, healed", "hint": "it passes", "state": "note"}
    assert pyinfra(answers=fleet(b2=lines("primary", check)), **STATUS).code == 0


def test_a_host_that_fails_is_a_finding_and_the_others_are_seen(pyinfra: Any) -> None:
    fails = {"success": False, "stderr": "sudo: a password is required"}
    run = pyinfra("--json", answers=fleet(b1=fails), **STATUS)
    assert (run.code, run.result["asked"], run.result["looked"]) == (1, 6, 5)
    assert [one["what"] for one in run.result["findings"]] == ["did not answer: sudo: a password is required"]


def test_where_no_host_can_be_looked_at_it_ends_with_2_and_a_document_all_the_same(pyinfra: Any) -> None:
    run = pyinfra("--json", answers=fleet(**{node: {"success": False, "stderr": "no"} for node in NODES}), **STATUS)
    assert (run.code, run.result["state"], run.result["looked"]) == (2, "unseen", 0)


def test_a_blank_fleet_wants_a_deploy(pyinfra: Any) -> None:
    run = pyinfra(answers=fleet(**{node: [f"clock={int(time.time())}"] for node in NODES}), **STATUS)
    assert run.code == 1
    assert run.said.count("has no steward yet") == 6
    assert "Traceback" not in run.said


def test_the_page_is_all_that_is_printed(pyinfra: Any) -> None:
    run = pyinfra(answers=fleet(), **STATUS)
    assert run.said.startswith("good  tests/plan/two at ")
    assert run.said.isascii()
    assert "\033" not in run.said


@pytest.mark.parametrize(("limit", "names"), [("a2", {"alpha"}), ("beta", {"beta"}), ("repository", {"beta"})])
def test_a_limit_is_a_node_a_cluster_or_a_duty(pyinfra: Any, limit: str, names: set[str]) -> None:
    run = pyinfra("--json", "--limit", limit, answers=fleet(), **STATUS)
    assert (run.code, {one["name"] for one in run.result["clusters"]}) == (0, names)


def test_a_limit_that_matches_nothing_ends_with_2(pyinfra: Any) -> None:
    run = pyinfra("--json", "--limit", "a9", answers=fleet(), **STATUS)
    assert (run.code, run.result["state"]) == (2, "unseen")
    assert "a9 matches no host\n    HINT: " in run.said


def test_an_inventory_that_does_not_exist_ends_with_2(pyinfra: Any) -> None:
    run = pyinfra("--json", deploy="", program=("tasks.status", "inventories/prdo"))
    assert (run.code, run.result["state"]) == (2, "unseen")
    assert "known environments are" in run.said
    assert "HINT: " in run.said


@pytest.mark.parametrize(
    ("inventory", "text", "says"),
    [
        ("globals().update(_load(__file__))", "clusters: {}", "HINT"),
        ("raise ValueError('the moon is full')", "", "the moon is full"),
        ("this is no Python", "", "cannot be read"),
        ("hosts = ['one.example.com']", "", "it holds no node"),
        ("hosts = [('one.example.com', {'node': 'one'})]", "", "it holds no node"),
        ("hosts = [('@fake/one', dict(node='one', cluster='one', environment='gone.yml'))]", "", "does not exist"),
        ("hosts = [('@fake/one', dict(node='one', cluster='one', environment=7))]", "", "a fault of pgsteward"),
    ],
)
def test_an_inventory_that_cannot_be_read_ends_with_2_and_the_reason(
    pyinfra: Any, tmp_path: Path, inventory: str, text: str, says: str
) -> None:
    (tmp_path / "moon").write_text(f"from tasks.inventory import load as _load\n{inventory}\n")
    (tmp_path / "moon.yml").write_text(text)
    run = pyinfra("--json", deploy="", program=("tasks.status", str(tmp_path / "moon")))
    assert (run.code, run.result["state"]) == (2, "unseen")
    assert says in run.said
    assert "HINT: " in run.said
    assert "Traceback" not in run.said


def test_hosts_that_cannot_be_reached_are_named_with_the_reason(pyinfra: Any, tmp_path: Path) -> None:
    (tmp_path / "far").write_text(
        "from tasks.inventory import load as _load\n"
        "groups = _load(__file__)\n"
        "primary = [(name, data | {'ssh_hostname': '127.0.0.1'}) for name, data in groups['primary']]\n"
    )
    (tmp_path / "far.yml").write_text(ONE)
    run = pyinfra("--json", deploy="", program=("tasks.status", str(tmp_path / "far")))
    assert (run.code, run.result["state"]) == (2, "unseen")
    assert run.result["findings"][0]["what"].startswith("did not answer: could not connect (")


def test_nobody_is_asked_for_the_password_that_sudo_wants(tmp_path: Path) -> None:
    sudo = tmp_path / "sudo"
    sudo.write_text("#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n")
    sudo.chmod(0o755)
    (tmp_path / "here").write_text(
        "from tasks.inventory import load as _load\n"
        "primary = [('@local', data | {'_sudo': True}) for _, data in _load(__file__)['primary']]\n"
    )
    (tmp_path / "here.yml").write_text(ONE)
    done = subprocess.run(
        [sys.executable, "-m", "tasks.status", str(tmp_path / "here")],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        input="a password\n",
        start_new_session=True,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert "did not answer: sudo asks for a password there" in done.stdout
    assert done.stderr == ""


def test_an_interrupted_look_says_nothing_and_ends_with_130(tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    (tmp_path / "slow").write_text(
        "from pathlib import Path as _Path\nfrom tasks.inventory import load as _load\n"
        "primary = [('@fake/n1', data | {'fake_delay': 60}) for _, data in _load(__file__)['primary']]\n"
        f"_Path('{loaded}').touch()\n"
    )
    (tmp_path / "slow.yml").write_text(ONE)
    run = subprocess.Popen(
        [sys.executable, "-m", "tasks.status", str(tmp_path / "slow")],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interrupts.heard,
    )
    while not loaded.exists() and run.poll() is None:
        time.sleep(0.1)
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    assert run.communicate(timeout=30) == ("", "")
    assert run.returncode == 130


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)


def test_make_passes_environment_limit_and_json_on() -> None:
    said = make("status", "environment=staging", "limit=pg1", "json=yes").stdout
    assert said.rstrip().endswith("-m tasks.status inventories/staging --limit pg1 --json")
    assert not make("status", "environment=staging").stdout.rstrip().endswith("--json")


def test_make_readies_the_spare_hosts_of_one_cluster_and_no_limit_of_them() -> None:
    said = make("ready", "environment=staging", "cluster=shop").stdout
    assert said.rstrip().endswith("-m tasks.spares inventories/staging shop")
    for words in (("ready",), ("drill", "kind=disaster")):
        assert "no such variable: limit" in make(*words, "cluster=shop", "limit=pg1").stderr


def test_make_refuses_json_where_it_means_nothing() -> None:
    assert "no such variable: json" in make("deploy", "json=yes").stderr
    assert "write json=yes" in make("status", "json=no").stderr


def test_a_reader_that_stops_reading_is_no_error(authority: str) -> None:
    environment = os.environ | {"PLAN_AUTHORITY": authority, "PLAN_ANSWERS": json.dumps(fleet())}
    command = f"{sys.executable} -m tasks.status tests/plan/two | true"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.stderr == ""
