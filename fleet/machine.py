"""A host as it answers: its hardware, its release, and how much of its kernel is its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .environment import HardwareOverride
from .hardware import Hardware, Storage
from .problem import Problem, Refused

UNLIMITED = 1 << 60  # cgroup v1 says "no limit" with a number about this large


@dataclass(frozen=True)
class Machine:
    """What `templates/sh/machine.sh` found.

    `codename` is the release's, such as `trixie`. `container` is empty on a machine of its own. `kernel` says
    whether the kernel's parameters can be set from here; in a container they are the host's.
    """

    hardware: Hardware
    codename: str
    system: str
    container: str
    kernel: bool


def machine(where: str, answers: Mapping[str, str], override: HardwareOverride) -> Machine:
    """The machine behind `answers` (name to value, as the script printed them), with the declared corrections.

    Raises `Refused` where a host does not answer as Linux does; `where` is its path in the environment.
    """
    if not {"memory", "cpus", "disk"} <= answers.keys():
        raise Refused(
            "the host",
            [Problem(where, "does not answer as a Linux host", "log in and run `cat /proc/meminfo`")],
        )
    hardware = Hardware(
        memory=_limited(int(answers["memory"]), answers.get("memory_limit", "max")),
        cpus=_cpus(int(answers["cpus"]), answers.get("cpu_limit", "max 100000")),
        storage=_storage(answers.get("device", ""), answers.get("rotational", "0")),
        disk=int(answers["disk"]),
    )
    container = answers.get("container", "none")
    return Machine(
        hardware=replace(hardware, **override.model_dump(exclude_none=True)),
        codename=answers.get("codename", ""),
        system=answers.get("os", ""),
        container="" if container == "none" else container,
        kernel=answers.get("kernel") == "ours",
    )


def _limited(memory: int, limit: str) -> int:
    return min(memory, int(limit)) if limit.isdigit() and int(limit) < UNLIMITED else memory


def _cpus(cpus: int, limit: str) -> int:
    """A quota of 150000 in a period of 100000 is worth two processes that run at once, now and then."""
    quota, period = limit.split()
    return cpus if quota == "max" else max(1, min(cpus, -(-int(quota) // int(period))))


def _storage(device: str, rotational: str) -> Storage:
    """Only a disk that the kernel sees spin itself is believed: virtual disks and mapped ones claim it too."""
    if device.startswith("nvme"):
        return "nvme"
    return "hdd" if rotational == "1" and device.startswith("sd") else "ssd"
