"""A host's answers become hardware: limits of its cgroup respected, what is declared believed more."""

import pytest

from fleet.environment import HardwareOverride
from fleet.hardware import GIB
from fleet.machine import machine
from fleet.problem import Refused

ANSWERS = {"memory": str(16 * GIB), "cpus": "8", "disk": str(100 * GIB), "device": "vda1", "codename": "trixie"}


def hardware(**answers: str):
    return machine("here", ANSWERS | answers, HardwareOverride()).hardware


def test_a_machine_of_its_own_is_taken_as_it_is() -> None:
    assert (hardware().memory, hardware().cpus) == (16 * GIB, 8)


@pytest.mark.parametrize(
    ("limit", "memory"),
    [("max", 16 * GIB), (str(4 * GIB), 4 * GIB), (str(64 * GIB), 16 * GIB), (str(9223372036854771712), 16 * GIB)],
)
def test_the_memory_limit_of_a_cgroup_counts(limit: str, memory: int) -> None:
    assert hardware(memory_limit=limit).memory == memory


@pytest.mark.parametrize(("limit", "cpus"), [("max 100000", 8), ("150000 100000", 2), ("50000 100000", 1)])
def test_the_cpu_quota_of_a_cgroup_counts(limit: str, cpus: int) -> None:
    assert hardware(cpu_limit=limit).cpus == cpus


@pytest.mark.parametrize(
    ("device", "rotational", "storage"),
    [
        ("sda2", "1", "hdd"),
        ("sda2", "0", "ssd"),
        ("vda1", "1", "ssd"),
        ("dm-0", "1", "ssd"),
        ("nvme0n1p1", "0", "nvme"),
    ],
)
def test_only_a_disk_that_is_seen_to_spin_is_a_hdd(device: str, rotational: str, storage: str) -> None:
    assert hardware(device=device, rotational=rotational).storage == storage


def test_what_is_declared_is_believed_more_than_the_host() -> None:
    override = HardwareOverride(memory="8GB", storage="hdd")
    seen = machine("here", ANSWERS, override).hardware
    assert (seen.memory, seen.cpus, seen.storage) == (8 * GIB, 8, "hdd")


def test_a_container_is_known_and_its_kernel_is_not_its_own() -> None:
    seen = machine("here", ANSWERS | {"container": "systemd-nspawn"}, HardwareOverride())
    assert (seen.container, seen.kernel) == ("systemd-nspawn", False)
    own = machine("here", ANSWERS | {"container": "none", "kernel": "ours"}, HardwareOverride())
    assert (own.container, own.kernel) == ("", True)


def test_a_host_that_does_not_answer_is_refused() -> None:
    with pytest.raises(Refused, match="does not answer as a Linux host"):
        machine("clusters.main.nodes.pg1", {}, HardwareOverride())
