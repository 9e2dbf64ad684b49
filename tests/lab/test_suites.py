"""Three releases in one run, as a login user with sudo behind a hardened sshd; and no secret anywhere on the way."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .environments import SUITES
from .operator import ROOT, Operator

NODES = ("b1", "b2", "t1", "t2", "f1", "f2")
SAMPLE = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'"


@pytest.fixture(scope="module")
def lab(make_lab: Callable[..., Any]) -> Any:
    return make_lab("suites", SUITES)


@pytest.fixture(scope="module")
def suites(lab: Any) -> Operator:
    operator = Operator(lab.environment)
    operator.generate_secrets()
    return operator


@pytest.fixture(scope="module")
def secrets(suites: Operator) -> list[str]:
    """Every secret; of a key, the lines between its fences."""
    found = []
    for name, value in suites.secrets.items():
        key = value.split("-----END PRIVATE KEY-----")[0].splitlines()[1:] if name == "authority" else [value]
        found += [line for line in key if len(line) > 8]
    assert len(found) >= 9
    return found


class Sampler(threading.Thread):
    """Reads every process's command line and environment on the hosts, over and over."""

    def __init__(self, lab: Any, secrets: list[str]) -> None:
        super().__init__(daemon=True)
        self.lab, self.secrets, self.over, self.samples = lab, secrets, threading.Event(), 0
        self.leaks: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            for node in NODES:
                seen = self.lab.ssh(node, f'sudo sh -c "{SAMPLE}"')
                self.leaks += [line for line in seen.splitlines() if any(secret in line for secret in self.secrets)]
                self.samples += 1


@pytest.fixture(scope="module")
def first(suites: Operator, lab: Any, secrets: list[str]) -> tuple[str, Sampler]:
    """The first deploy of all, as talkative as pyinfra can be, and what its hosts' processes showed meanwhile."""
    sampler = Sampler(lab, secrets)
    sampler.start()
    command = [sys.executable, "-m", "pyinfra", "-vvv", "--debug", "--diff", "-y", str(suites.inventory), "deploy.py"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=1200)
    sampler.over.set()
    sampler.join(60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-5000:]
    return said, sampler


def exposed(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text or json.dumps(secret)[1:-1] in text]


def test_no_secret_is_in_what_pyinfra_says_at_its_most_talkative(
    first: tuple[str, Sampler], secrets: list[str]
) -> None:
    assert exposed(first[0], secrets) == []


def test_no_secret_is_in_a_process_list_during_the_deploy(first: tuple[str, Sampler]) -> None:
    assert first[1].samples >= len(NODES)
    assert first[1].leaks == []


def test_no_secret_is_in_a_plan_a_json_or_the_inventory(
    first: tuple[str, Sampler], suites: Operator, secrets: list[str]
) -> None:
    outcome = suites.pyinfra("-y")
    assert exposed(outcome.said + json.dumps(outcome.result), secrets) == []
    command = [sys.executable, "-m", "pyinfra", "-vvv", "--debug", "--diff", "--dry", str(suites.inventory)]
    plan = subprocess.run([*command, "deploy.py"], cwd=ROOT, text=True, capture_output=True, check=True)
    inventory = subprocess.run([*command, "debug-inventory"], cwd=ROOT, text=True, capture_output=True, check=True)
    assert exposed(plan.stdout + plan.stderr + inventory.stdout + inventory.stderr, secrets) == []


@pytest.mark.parametrize("node", NODES)
def test_no_secret_is_in_a_log_or_in_a_file_that_others_can_read(
    first: tuple[str, Sampler], lab: Any, secrets: list[str], node: str
) -> None:
    """Neither clear text nor a verifier; the passfile and the key are their owner's alone."""
    listed = "\n".join(secrets)
    search = "sudo grep -rlFf /dev/stdin /var/log /etc /tmp /var/tmp /home /root 2>/dev/null"
    found = lab.ssh(node, f"{search} <<'EOF'\n{listed}\nEOF\ntrue").split()
    assert all(path.startswith("/etc/pgsteward/") for path in found), found
    assert any(path.endswith("/replication.pass") for path in found)
    assert lab.ssh(node, f"sudo find {' '.join(found)} -perm /077") == ""
    # sudo logs this very command, which must not find itself.
    assert lab.ssh(node, "sudo grep -rl 'SCRAM-SHA-256[$]4096' /var/log; true") == ""


def test_a_second_run_changes_nothing_on_any_release(first: tuple[str, Sampler], suites: Operator) -> None:
    assert suites.plan().planned == {}
    assert suites.deploy().changed == {}


def test_the_acceptance_tests_pass_on_every_release(first: tuple[str, Sampler], suites: Operator) -> None:
    suites.verify()


@pytest.mark.parametrize(("node", "version", "port"), [("b1", "15", 5432), ("t1", "17", 5433), ("f1", "18", 5432)])
def test_each_release_runs_its_own_postgresql(
    first: tuple[str, Sampler], lab: Any, node: str, version: str, port: int
) -> None:
    query = f"cd /; sudo -u postgres psql -p {port} -XAtc 'show server_version'"
    assert lab.ssh(node, query).startswith(f"{version}.")


def test_the_delayed_standby_has_the_wal_and_holds_it_back(first: tuple[str, Sampler], lab: Any) -> None:
    psql = "cd /; sudo -u postgres psql -p 5433 -XAt"
    lab.ssh("t1", f"{psql} -c 'create table late (id int)'")
    assert lab.ssh("t2", f"{psql} -c \"select count(*) from pg_class where relname = 'late'\"") == "0\n"


def test_a_synchronous_commit_waits_for_its_standby(first: tuple[str, Sampler], lab: Any) -> None:
    psql = "sudo -u postgres psql -XAt"
    assert lab.ssh("b1", f'cd /; {psql} -c "select sync_state from pg_stat_replication"') == "sync\n"
    lab.ssh("b2", "sudo systemctl stop postgresql@15-twelve")
    # Not statement_timeout: it ends before the commit begins to wait.
    assert lab.ssh("b1", f"cd /; timeout 3 {psql} -c 'create table waits ()' > /dev/null; echo $?") == "124\n"
    assert lab.ssh("b1", f"{psql} -c \"select wait_event from pg_stat_activity where wait_event = 'SyncRep'\"")
    lab.ssh("b2", "sudo systemctl start postgresql@15-twelve")


def test_secrets_are_kept_where_only_their_owner_reads_them(suites: Operator) -> None:
    assert Path(suites.document["secrets"]["path"]).stat().st_mode & 0o777 == 0o600
