"""What is refused before any host is touched, and the exit codes that CI relies on."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests import interrupts

from .conftest import PASSWORDS, ROOT

MACHINE = "What this host is made of"
SMALL = ["memory=8589934592", "cpus=4", "disk=107374182400", "device=sda", "rotational=0"]


def refused(run: Any) -> str:
    """What a refused run said; nothing may have run."""
    assert run.code == 1
    assert run.result["results"] is None
    assert "Traceback" not in run.said
    assert "HINT:" in run.said
    return run.said


def test_every_missing_secret_is_named_at_once(pyinfra: Any) -> None:
    said = refused(pyinfra("-y", without=("ALPHA_SHOP_APP", "BETA_MONITOR")))
    assert "PLAN_ALPHA_SHOP_APP" in said
    assert "PLAN_BETA_MONITOR" in said


def test_a_release_that_does_not_carry_the_declared_version_is_refused(pyinfra: Any) -> None:
    said = refused(pyinfra("-y", answers={f"b1:{MACHINE}": [*SMALL, "codename=bookworm"]}))
    assert "Debian 12 carries PostgreSQL 15, not 17" in said


def test_an_unknown_system_is_refused(pyinfra: Any) -> None:
    said = refused(pyinfra("-y", answers={f"a1:{MACHINE}": [*SMALL, "codename=", "os=Alpine Linux"]}))
    assert "runs Alpine Linux" in said


def test_a_host_that_does_not_answer_as_linux_is_refused(pyinfra: Any) -> None:
    said = refused(pyinfra("-y", answers={f"a1:{MACHINE}": []}))
    assert "clusters.alpha.nodes.a1: does not answer as a Linux host" in said


def test_the_problems_of_all_hosts_are_told_at_once(pyinfra: Any) -> None:
    bookworm = [*SMALL, "codename=bookworm"]
    said = refused(pyinfra("-y", answers={f"a1:{MACHINE}": bookworm, f"b2:{MACHINE}": bookworm}))
    assert "clusters.alpha.nodes.a1" in said
    assert "clusters.beta.nodes.b2" in said


def test_a_repository_without_its_cipher_is_refused(pyinfra: Any) -> None:
    assert "PLAN_BETA_NEAR_CIPHER" in refused(pyinfra("-y", without=("BETA_NEAR_CIPHER",)))


CIPHER = "Whether repositories can be read"


@pytest.mark.parametrize("how", ["--dry", "-y"])
def test_a_cipher_that_the_repository_was_not_made_with_is_refused(pyinfra: Any, how: str) -> None:
    said = refused(pyinfra(how, answers={f"b4:{CIPHER}": ["1=kept"]}))
    assert "clusters.beta.backups.repositories.near: the secret beta/near/cipher is not what this repository" in said
    assert "b4 has it in /etc/pgbackrest/pgbackrest.conf" in said
    assert "secret of BETA_NEAR_CIPHER" not in said
    assert "of other hosts" in refused(pyinfra(how, answers={f"b4:{CIPHER}": ["1=other"]}))


@pytest.mark.parametrize("word", ["ok", "new"])
def test_a_cipher_that_opens_its_repository_and_a_new_repository_are_let_through(pyinfra: Any, word: str) -> None:
    assert pyinfra("--dry", answers={f"b4:{CIPHER}": [f"1={word}"]}).code == 0


def test_only_the_hosts_that_read_a_repository_by_themselves_are_asked(pyinfra: Any) -> None:
    assert pyinfra("--dry", answers={f"b2:{CIPHER}": ["1=other"]}).code == 0


def test_an_authority_that_cannot_be_used_is_refused(pyinfra: Any) -> None:
    broken = "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n"
    said = refused(pyinfra("-y", secrets={"AUTHORITY": broken}))
    assert "holds no key and certificate that can be read" in said
    assert "bm9uc2Vuc2U" not in said


VERB = {"deploy": "", "program": ("tasks.verbs",)}


def test_the_verbs_fail_on_an_inventory_that_does_not_exist(pyinfra: Any) -> None:
    run = pyinfra("deploy", "inventories/prdo", **VERB)
    assert run.code == 1
    assert "there is no inventory inventories/prdo" in run.said
    assert "prod" in run.said


def test_the_verbs_fail_on_a_limit_that_matches_nothing(pyinfra: Any) -> None:
    run = pyinfra("deploy", "tests/plan/two", "--limit", "a9", **VERB)
    assert run.code == 1
    assert "HINT:" in run.said


def test_a_plan_with_changes_says_so_by_its_exit_code(pyinfra: Any) -> None:
    run = pyinfra("plan", "tests/plan/two", **VERB)
    assert run.code == 2
    assert "Primary: the database cluster exists: @fake/a1, @fake/b2" in run.said


def test_a_failed_deploy_names_the_nodes_that_failed(pyinfra: Any) -> None:
    fails = {"success": False, "stderr": "the test says no"}
    run = pyinfra("deploy", "tests/plan/two", **VERB, answers={"b1:Fills an empty directory": fails})
    assert run.code == 1


def test_an_interrupted_deploy_does_not_look_like_a_success(authority: str) -> None:
    environment = os.environ | {"PLAN_AUTHORITY": authority, "PLAN_DELAY": "1"}
    environment |= {f"PLAN_{name}": f"secret of {name}" for name in PASSWORDS}
    command = [sys.executable, "-m", "tasks.verbs", "deploy", "tests/plan/two"]
    run = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=interrupts.heard,
    )
    time.sleep(3)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 130


def test_nodes_with_different_pgbackrests_are_refused(pyinfra: Any) -> None:
    """pgBackRest speaks to its own version alone. (The fake host fails where the refusal is what it is to run.)"""
    same = {f"{node}:are installed": ["pgbackrest 2.55.1-1"] for node in ("b1", "b2", "b3", "b4")}
    refusal = {"b4:must run the same pgBackRest: b1 2.55.1, b2 2.55.1, b3 2.55.1, b4 2.45": {"success": False}}
    assert pyinfra("-y", answers=same | refusal).code == 0
    run = pyinfra("-y", answers=refusal | same | {"b4:are installed": ["pgbackrest 2.45-1"]})
    assert run.code == 1
    assert "@fake/b4" in run.result["results"]["failed_hosts"]
