"""Each fault does what it says, at once, and is undone by what its description names."""

import os
import subprocess
import time

import pytest

from lab import faults, host, keys
from lab.shell import Trouble

from .conftest import MakeLab, RunningLab
from .test_lab_hosts import object_store

THREE = """
clusters:
  main: {nodes: {a: {address: 198.18.245.11}, b: {address: 198.18.245.12}, c: {address: 198.18.245.13}}}
x-lab: {network: 198.18.245.0/24, disk: 200MB, s3: {bucket: vault}}
"""
DATA = "/var/lib/postgresql"


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> RunningLab:
    return make_lab("faults", THREE)


def reaches(lab: RunningLab, here: str, there: str) -> bool:
    done = faults.inside(lab.plan, here, "ping", "-c", "1", "-W", "2", there)
    return done.returncode == 0


def logs_in(lab: RunningLab, node: str) -> bool:
    command = ["timeout", "3", "bash", "-c", f"exec 3<>/dev/tcp/{lab.plan.host(node).address}/22 && head -c 4 <&3"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout == "SSH-"


# --- power


def test_a_power_cut_loses_what_was_not_synced_and_keeps_what_was(lab: RunningLab) -> None:
    lab.ssh("a", f"echo kept > {DATA}/synced; sync {DATA}/synced {DATA}; echo lost > {DATA}/unsynced")
    faults.power_cut(lab.plan, "a")
    assert not host.alive("faults", "a")
    assert not logs_in(lab, "a")
    faults.start(lab.plan, "a")
    assert lab.ssh("a", f"cat {DATA}/synced") == "kept\n"
    assert lab.ssh("a", f"cat {DATA}/unsynced 2>/dev/null || true") == ""


def test_the_root_filesystem_keeps_all_through_a_power_cut(lab: RunningLab) -> None:
    lab.ssh("a", "echo kept > /etc/kept")
    faults.power_cut(lab.plan, "a")
    faults.start(lab.plan, "a")
    assert lab.ssh("a", "cat /etc/kept") == "kept\n"


def test_power_can_fail_again_and_again(lab: RunningLab) -> None:
    for number in range(3):
        lab.ssh("a", f"echo {number} >> {DATA}/numbers; sync {DATA}/numbers {DATA}")
        faults.power_cut(lab.plan, "a")
        faults.start(lab.plan, "a")
    assert lab.ssh("a", f"cat {DATA}/numbers") == "0\n1\n2\n"


def test_a_power_cut_leaves_the_others_alone(lab: RunningLab) -> None:
    before = [host.leader("faults", node) for node in ("b", "c")]
    faults.power_cut(lab.plan, "a")
    assert [host.leader("faults", node) for node in ("b", "c")] == before
    assert reaches(lab, "b", "c")
    assert not reaches(lab, "b", "a")
    faults.start(lab.plan, "a")
    assert reaches(lab, "b", "a")


def test_power_cut_of_what_is_off_and_start_of_what_is_on_change_nothing(lab: RunningLab) -> None:
    leader = host.leader("faults", "b")
    faults.start(lab.plan, "b")
    assert host.leader("faults", "b") == leader
    faults.power_cut(lab.plan, "a")
    faults.power_cut(lab.plan, "a")
    faults.start(lab.plan, "a")


# --- processes

UNIT = """cat > /etc/systemd/system/crowd.service <<'END'
[Service]
ExecStart=/bin/sh -c 'trap "" TERM; while :; do sleep 1000 & sleep 0.01; done'
END
systemctl start crowd; sleep 0.3"""


def test_kill_ends_all_processes_of_a_service_even_while_it_forks(lab: RunningLab) -> None:
    lab.ssh("b", UNIT)
    assert faults.kill(lab.plan, "b", "crowd") > 2
    assert lab.ssh("b", "pgrep -xc sleep || true") == "0\n"
    assert "signal" in lab.ssh("b", "systemctl show --property Result crowd")


def test_kill_leaves_other_services_and_other_hosts_alone(lab: RunningLab) -> None:
    cron = {node: lab.ssh(node, "systemctl show --property MainPID cron") for node in ("a", "b", "c")}
    networkd = lab.ssh("b", "systemctl show --property MainPID systemd-networkd")
    faults.kill(lab.plan, "b", "cro?")
    assert lab.ssh("a", "systemctl show --property MainPID cron") == cron["a"]
    assert lab.ssh("c", "systemctl show --property MainPID cron") == cron["c"]
    assert lab.ssh("b", "systemctl show --property MainPID systemd-networkd") == networkd


def test_kill_of_a_service_that_does_not_run_says_so(lab: RunningLab) -> None:
    with pytest.raises(Trouble, match="nothing of postgresql@\\* runs on c"):
        faults.kill(lab.plan, "c", "postgresql@*")


# --- network


def test_cut_parts_two_hosts_and_nobody_else(lab: RunningLab) -> None:
    faults.cut(lab.plan, "a", "b")
    assert not reaches(lab, "a", "b")
    assert not reaches(lab, "b", "a")
    assert reaches(lab, "a", "c")
    assert reaches(lab, "c", "b")
    assert logs_in(lab, "a")
    assert logs_in(lab, "b")
    faults.heal(lab.plan)
    assert reaches(lab, "a", "b")


def test_isolate_parts_a_host_from_all_the_world(lab: RunningLab) -> None:
    faults.isolate(lab.plan, "a")
    assert not reaches(lab, "a", "b")
    assert not reaches(lab, "a", "s3")
    assert not logs_in(lab, "a")
    assert reaches(lab, "b", "c")
    assert logs_in(lab, "b")
    assert lab.inside("a", "hostname") == "a\n"
    faults.heal(lab.plan)
    assert reaches(lab, "a", "b")
    assert logs_in(lab, "a")


def test_a_host_stays_isolated_when_it_is_switched_on_again(lab: RunningLab) -> None:
    faults.isolate(lab.plan, "c")
    faults.power_cut(lab.plan, "c")
    faults.start(lab.plan, "c")
    assert not reaches(lab, "c", "b")
    faults.heal(lab.plan)
    assert reaches(lab, "c", "b")


def test_slow_limits_both_directions_until_healed(lab: RunningLab) -> None:
    faults.slow(lab.plan, "a", "8mbit")
    assert 1.5 < seconds(lab, "head -c 2000000 /dev/zero") < 6
    assert 1.5 < seconds(lab, "cat > /dev/null", os.urandom(2_000_000)) < 6
    faults.heal(lab.plan)
    assert seconds(lab, "head -c 2000000 /dev/zero") < 1.5


def seconds(lab: RunningLab, command: str, stdin: bytes = b"") -> float:
    before = time.monotonic()
    subprocess.run([*keys.login(lab.plan, "a"), command], input=stdin, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - before


@pytest.mark.parametrize("rate", ["fast", "10", "0mbit", "10mbps", "-1mbit"])
def test_a_rate_that_is_none_is_refused(lab: RunningLab, rate: str) -> None:
    with pytest.raises(Trouble, match=f"'{rate}' is not a rate"):
        faults.slow(lab.plan, "a", rate)


# --- disks


def test_fill_leaves_not_a_block_and_unfill_gives_it_back(lab: RunningLab) -> None:
    lab.ssh("b", f"echo before > {DATA}/before")
    faults.fill(lab.plan, "b")
    assert "No space left on device" in lab.attempt("b", f"echo more > {DATA}/more").stderr
    assert lab.ssh("b", f"df --output=avail {DATA} | tail -1").strip() == "0"
    assert (
        lab.ssh("b", f"cat {DATA}/before; df --output=avail / | tail -1 | grep -qv '^ *0$' && echo room")
        == "before\nroom\n"
    )
    faults.unfill(lab.plan, "b")
    assert lab.ssh("b", f"echo more > {DATA}/more && cat {DATA}/more") == "more\n"


def test_a_full_disk_is_full_for_other_users_than_root_too(lab: RunningLab) -> None:
    faults.fill(lab.plan, "b")
    lab.ssh("b", f"install -d -o deploy {DATA}/theirs 2>/dev/null || true")
    assert lab.attempt("b", f"echo x > {DATA}/x", user="deploy").returncode != 0
    faults.unfill(lab.plan, "b")


# --- the object store


def test_the_object_store_fails_and_comes_back_with_what_it_held(lab: RunningLab) -> None:
    assert object_store(lab, "rcat", "lab:vault/held").returncode == 0
    faults.s3_stop(lab.plan)
    assert "refused" in object_store(lab, "cat", "lab:vault/held").stderr
    faults.s3_start(lab.plan)
    assert object_store(lab, "cat", "lab:vault/held").stdout == "content"


def test_the_object_store_answers_with_errors_and_forgets_nothing(lab: RunningLab) -> None:
    assert object_store(lab, "rcat", "lab:vault/kept").returncode == 0
    faults.s3_errors(lab.plan)
    assert "500" in object_store(lab, "cat", "lab:vault/kept", "--retries=1", "--low-level-retries=1").stderr
    faults.s3_stop(lab.plan)
    faults.s3_start(lab.plan)
    assert object_store(lab, "cat", "lab:vault/kept").stdout == "content"


# --- words


def test_a_host_that_is_off_is_said_to_be(lab: RunningLab) -> None:
    faults.power_cut(lab.plan, "c")
    for fault in (lambda: faults.fill(lab.plan, "c"), lambda: faults.slow(lab.plan, "c", "1mbit")):
        with pytest.raises(Trouble, match=r"c is down\s+HINT: `python -m lab fault start c`"):
            fault()
    faults.start(lab.plan, "c")
