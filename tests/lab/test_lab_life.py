"""A lab comes up, whatever was there before, and leaves nothing behind, whatever happened to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab import host, kernel, life, names, network, places, processes
from lab.plan import Lab, read
from lab.shell import Trouble

from ..tiers import ANOTHER_CASE, one_first
from .conftest import MakeLab, RunningLab

TWO = """
clusters: {main: {nodes: {n1: {address: 198.18.240.11}, n2: {address: 198.18.240.12}}}}
x-lab: {network: 198.18.240.0/24, disk: 200MB, s3: {}}
"""
KINDS = {"interfaces", "bridge", "nat", "disks", "processes", "groups", "files"}


def traces(lab: str) -> dict[str, list[str]]:
    """All that a lab has on this machine, by kind, as this machine's own tools show it; kinds without any left out."""

    def lines(*command: str) -> list[str]:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    hosts = (f"vb-{lab}.", f"pgl-{lab}")
    group, directory = names.group(lab), f"{places.lab_directory(lab)}/"
    found = {
        "interfaces": [line for line in lines("ip", "-oneline", "link") if hosts[0] in line],
        "bridge": [line for line in lines("ip", "-oneline", "address") if hosts[1] in line],
        "nat": [line for line in lines("nft", "list", "tables") if line.endswith(names.table(lab))],
        "disks": [line for line in lines("losetup", "--all") if directory in line],
        "mounts": [line for line in lines("mount") if directory in line],
        "processes": [line for line in lines("ps", "-ww", "-eo", "pid,args") if directory in line],
        "groups": [str(tree / group) for tree in processes.trees() if (tree / group).exists()],
        "files": [str(path) for path in (places.LABS / lab, places.LOCKS / f"lab-{lab}") if path.exists()],
    }
    return {kind: traces for kind, traces in found.items() if traces}


@pytest.fixture
def lab(make_lab: MakeLab) -> RunningLab:
    return make_lab("life", TWO)


def test_down_leaves_nothing_behind(lab: RunningLab) -> None:
    assert traces("life").keys() == KINDS
    life.down("life")
    assert traces("life") == {}


def test_down_says_that_there_is_no_lab_where_no_tool_of_one_is_installed() -> None:
    command = [sys.executable, "-m", "lab", "--name", "nowhere", "down"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "there is no lab nowhere\n", "")


def test_down_leaves_nothing_behind_of_hosts_in_the_middle_of_work(lab: RunningLab) -> None:
    lab.ssh("n1", "nohup sh -c 'while :; do date >> /var/lib/postgresql/x; done' > /dev/null 2>&1 &")
    lab.ssh("n2", "systemd-run --quiet sleep 1000; dd if=/dev/zero of=/var/lib/postgresql/y bs=1M count=100 2>&1")
    life.down("life")
    assert traces("life") == {}


def test_down_of_what_is_not_there_is_no_error() -> None:
    said: list[str] = []
    life.down("nolab", said.append)
    assert said == ["there is no lab nolab"]


def test_up_leaves_running_hosts_alone(lab: RunningLab) -> None:
    before = [host.leader("life", name) for name in ("n1", "n2")]
    said: list[str] = []
    life.up(lab.plan, said.append)
    assert sorted(said) == ["n1 is already up (198.18.240.11)", "n2 is already up (198.18.240.12)"]
    assert [host.leader("life", name) for name in ("n1", "n2")] == before


def test_up_starts_a_host_whose_nspawn_was_killed_with_what_it_held(lab: RunningLab) -> None:
    lab.ssh("n1", "echo kept > /etc/kept; echo kept > /var/lib/postgresql/kept; sync")
    kill_nspawn("life", "n1")
    assert not host.alive("life", "n1")
    life.up(lab.plan)
    assert lab.ssh("n1", "cat /etc/kept /var/lib/postgresql/kept") == "kept\nkept\n"


def test_down_after_nspawn_was_killed_leaves_nothing_behind(lab: RunningLab) -> None:
    kill_nspawn("life", "n1")
    kill_nspawn("life", "n2")
    life.down("life")
    assert traces("life") == {}


def test_a_lab_survives_a_crash_of_the_machine(lab: RunningLab) -> None:
    """After which its files are there, and nothing else."""
    lab.ssh("n1", "echo kept > /etc/kept; echo kept > /var/lib/postgresql/kept; sync")
    processes.remove(names.group("life"))
    network.down("life")
    assert traces("life").keys() == {"files"}
    life.up(lab.plan)
    assert lab.ssh("n1", "cat /etc/kept /var/lib/postgresql/kept") == "kept\nkept\n"
    assert lab.ssh("n2", "ping -c 1 -W 2 n1 > /dev/null && echo reached") == "reached\n"


def kill_nspawn(lab: str, name: str) -> None:
    """The host's processes run on without it, as after a crash."""
    for pid in processes.running(names.group(lab, "hosts", name, "supervisor")):
        os.kill(pid, signal.SIGKILL)
    while processes.running(names.group(lab, "hosts", name, "supervisor")):
        time.sleep(0.01)


@pytest.mark.parametrize("after", one_first([0.2, 0.4, 0.6, 0.9, 1.4], 0.6, reason=ANOTHER_CASE))
def test_a_lab_whose_up_was_killed_is_recovered_by_the_next(make_lab: MakeLab, tmp_path: Path, after: float) -> None:
    plan = killed_up(tmp_path, after)
    try:
        life.up(plan)
        for name in ("k1", "k2"):
            assert host.alive("killed", name)
            assert "running" in RunningLab(plan, plan.environment).ssh(name, "systemctl is-system-running --wait")
    finally:
        life.down("killed")


@pytest.mark.parametrize("after", one_first([0.3, 0.6, 1.0], 0.6, reason=ANOTHER_CASE))
def test_a_lab_whose_up_was_killed_is_gone_after_down(make_lab: MakeLab, tmp_path: Path, after: float) -> None:
    killed_up(tmp_path, after)
    life.down("killed")
    assert traces("killed") == {}


def killed_up(directory: Path, after: float) -> Lab:
    """A lab of which `python -m lab up` was killed so many seconds after it began."""
    environment = directory / "killed.yml"
    text = TWO.replace("198.18.240", "198.18.241").replace("n1", "k1").replace("n2", "k2")
    environment.write_text(text, encoding="utf-8")
    up = subprocess.Popen([sys.executable, "-m", "lab", "--environment", str(environment), "up"])
    time.sleep(after)
    up.kill()
    up.wait()
    return read(environment)


def test_a_half_made_host_is_made_anew(lab: RunningLab) -> None:
    lab.ssh("n1", "touch /etc/old")
    (places.host_directory("life", "n1") / host.MADE).unlink()
    life.up(lab.plan)
    assert lab.ssh("n1", "ls /etc/old 2>/dev/null || true") == ""


def test_a_host_is_blank_after_reset_and_only_that_one(lab: RunningLab) -> None:
    for name in ("n1", "n2"):
        lab.ssh(name, "touch /etc/old /var/lib/postgresql/old; sync")
    life.reset(lab.plan, "n1")
    assert lab.ssh("n1", "ls /etc/old /var/lib/postgresql/old 2>/dev/null || true") == ""
    assert lab.ssh("n2", "ls /etc/old /var/lib/postgresql/old") == "/etc/old\n/var/lib/postgresql/old\n"


def test_hosts_are_blank_after_down_and_up(lab: RunningLab) -> None:
    lab.ssh("n1", "touch /etc/old /var/lib/postgresql/old; sync")
    life.down("life")
    life.up(lab.plan)
    assert lab.ssh("n1", "ls /etc/old /var/lib/postgresql/old 2>/dev/null || true") == ""


def test_a_host_that_is_declared_otherwise_than_it_was_made_is_refused(lab: RunningLab) -> None:
    lab.environment.write_text(TWO.replace("disk: 200MB", "disk: 300MB"), encoding="utf-8")
    with pytest.raises(
        Trouble, match=r"n1 was made differently: disk was 209715200, is 314572800[^|]*HINT: .*reset n1"
    ):
        life.up(read(lab.environment))


def test_a_network_that_is_taken_is_refused(lab: RunningLab, tmp_path: Path) -> None:
    environment = tmp_path / "thief.yml"
    environment.write_text(TWO, encoding="utf-8")
    try:
        with pytest.raises(Trouble, match=r"198\.18\.240\.0/24 is already that of pgl-life"):
            life.up(read(environment))
    finally:
        life.down("thief")


def test_the_command_does_all_of_this(tmp_path: Path, machine: None) -> None:
    environment = tmp_path / "typed.yml"
    environment.write_text(TWO.replace("198.18.240", "198.18.243"), encoding="utf-8")

    def lab(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "lab", "--environment", str(environment), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    try:
        code, said = lab("up")
        assert (code, sorted(said.splitlines())) == (0, ["n1 is up (198.18.243.11)", "n2 is up (198.18.243.12)"])
        assert lab("ssh", "n1", "echo", "-n", "$HOSTNAME") == (0, "n1")
        assert lab("ssh", "n1", "exit 7")[0] == 7
        assert lab("fault", "isolate", "n2") == (0, "")
        assert lab("enter", "n2", "hostname") == (0, "n2\n")
        assert lab("fault", "heal") == (0, "")
        assert lab("fault", "power-cut", "n1") == (0, "")
        code, said = lab("status")
        assert code == 1
        assert said.splitlines()[:2] == ["n1  down  198.18.243.11  trixie", "n2  up  198.18.243.12  trixie"]
        assert lab("fault", "fill", "n3")[0] == 1
        assert lab("reset", "n1") == (0, "n1 is up (198.18.243.11)\n")
        assert lab("status")[0] == 0
        environment.unlink()
        assert lab("down") == (0, "the lab typed is gone\n")
        assert traces("typed") == {}
    finally:
        life.down("typed")


def test_two_labs_run_side_by_side_and_do_not_touch_each_other(lab: RunningLab, make_lab: MakeLab) -> None:
    other = make_lab("beside", TWO.replace("198.18.240", "198.18.242"))
    assert lab.ssh("n1", "hostname -I; getent hosts n2").split() == ["198.18.240.11", "198.18.240.12", "n2"]
    assert other.ssh("n1", "hostname -I; getent hosts n2").split() == ["198.18.242.11", "198.18.242.12", "n2"]
    life.down("beside")
    assert traces("beside") == {}
    assert lab.ssh("n1", "ping -c 1 -W 2 n2 > /dev/null && echo reached") == "reached\n"


def test_the_kernel_is_set_as_before_once_the_last_lab_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch, plenty, labs = tmp_path / "ip_forward", tmp_path / "plenty", tmp_path / "labs"
    switch.write_text("0\n")
    plenty.write_text("9000\n")
    monkeypatch.setattr(kernel, "NEEDED", {switch: 1, plenty: 8192})
    monkeypatch.setattr(places, "KERNEL_WAS", tmp_path / "was")
    monkeypatch.setattr(places, "LABS", labs)
    (labs / "one").mkdir(parents=True)
    kernel.lend()
    kernel.lend()
    assert (switch.read_text(), plenty.read_text()) == ("1", "9000\n")
    kernel.give_back()
    assert switch.read_text() == "1"
    (labs / "one").rmdir()
    kernel.give_back()
    assert (switch.read_text(), plenty.read_text()) == ("0", "9000\n")
