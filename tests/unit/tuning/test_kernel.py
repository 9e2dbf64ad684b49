"""What the kernel and systemd are told, and what is left to the container's host."""

import pytest

from fleet import kernel
from fleet.hardware import GIB, Hardware
from fleet.problem import Refused


def told(memory: int = 16 * GIB, storage: str = "ssd", huge_pages: int = 0) -> dict[str, str]:
    found = kernel.parameters(Hardware(memory, 4, storage, 100 * GIB), huge_pages=huge_pages)  # type: ignore[arg-type]
    return {parameter.name: parameter.value for parameter in (*found.sysctl, *found.sysfs)}


def test_a_machine_of_its_own_gets_every_parameter() -> None:
    assert told(huge_pages=2127) == {
        "vm.overcommit_memory": "2",
        "vm.overcommit_ratio": "90",
        "vm.swappiness": "1",
        "vm.dirty_background_bytes": str(128 * 1024**2),
        "vm.dirty_bytes": str(512 * 1024**2),
        "vm.nr_hugepages": "2127",
        "/sys/kernel/mm/transparent_hugepage/enabled": "never",
    }


def test_a_small_machine_may_promise_more_than_it_has_and_swaps_earlier() -> None:
    small = told(memory=2 * GIB)
    assert (small["vm.overcommit_memory"], small["vm.swappiness"]) == ("0", "10")
    assert "vm.overcommit_ratio" not in small
    assert int(small["vm.dirty_bytes"]) <= 2 * GIB // 8


def test_a_slow_disk_begins_to_write_earlier() -> None:
    limits = [int(told(storage=storage)["vm.dirty_background_bytes"]) for storage in ("hdd", "ssd", "nvme")]
    assert limits == sorted(limits)
    assert len(set(limits)) == 3


def test_no_huge_pages_are_reserved_unless_they_were_measured() -> None:
    assert "vm.nr_hugepages" not in told()


def test_huge_pages_that_leave_too_little_are_refused() -> None:
    with pytest.raises(Refused, match=r"5000 huge pages \(9.77 GB\) are more than 9.6 GB, 60 % of the 16 GB of memory"):
        told(huge_pages=5000)


def test_in_a_container_nothing_is_set_and_a_sentence_says_so() -> None:
    found = kernel.parameters(Hardware(16 * GIB, 4, "ssd", 100 * GIB), huge_pages=99, ours=False)
    assert (found.sysctl, found.sysfs) == ((), ())
    assert found.skipped.startswith("the kernel is the container host's")


def test_a_machine_shows_a_little_less_than_sold_and_is_told_the_same() -> None:
    assert told(memory=int(7.7 * GIB)) == told(memory=8 * GIB)


@pytest.mark.parametrize(
    ("shared_buffers", "measured"),
    [(128, 81), (512, 287), (1024, 551), (2048, 1079), (4096, 2135), (8192, 4230), (16384, 8420), (32768, 16800)],
)
def test_the_estimate_of_huge_pages_is_enough_and_little_more(shared_buffers: int, measured: int) -> None:
    """Measured with 300 connections on PostgreSQL 18."""
    estimate = kernel.huge_pages_estimate(shared_buffers * 1024**2)
    assert measured <= estimate * 1.02
    assert estimate <= measured * 1.04 + 16


def test_the_service_may_open_files_lock_memory_and_is_killed_last() -> None:
    assert {limit.name: limit.value for limit in kernel.limits()} == {
        "LimitNOFILE": "65536",
        "LimitMEMLOCK": "infinity",
        "OOMScoreAdjust": "-900",
    }


def test_every_parameter_says_why() -> None:
    found = kernel.parameters(Hardware(16 * GIB, 4, "ssd", 100 * GIB), huge_pages=2127)
    assert all(len(parameter.why) > 20 for parameter in (*found.sysctl, *found.sysfs, *kernel.limits()))
