"""The kernel and the service around PostgreSQL: what to set on the host, and why.

It decides from the hardware and from measured numbers. It does not overrule a kernel that is not the host's own: in
a container it answers with nothing and the sentence that says so. Sources: PostgreSQL's documentation ("Managing
Kernel Resources"), and the measurements named below.
"""

from dataclasses import dataclass

from .hardware import GIB, MIB, Hardware, Storage
from .problem import Problem, Refused
from .size import about, show_size
from .tuning.given import nominal

HUGE_PAGE = 2 * MIB
MOST_IN_HUGE_PAGES = 60  # percent of memory; nothing but shared memory can use them
STRICT_FROM = 4 * GIB  # below, programs that reserve more than they use would be refused memory
OVERCOMMIT_RATIO = 90
BACKGROUND: dict[Storage, int] = {"hdd": 64 * MIB, "ssd": 128 * MIB, "san": 128 * MIB, "nvme": 256 * MIB}
THP = "/sys/kernel/mm/transparent_hugepage/enabled"


@dataclass(frozen=True)
class Parameter:
    """One value for the kernel or for systemd, and why. `name` is a sysctl, a path below /sys, or a directive."""

    name: str
    value: str
    why: str


@dataclass(frozen=True)
class Kernel:
    """`sysctl` for /etc/sysctl.d, `sysfs` for paths below /sys; `skipped` says what was left alone, and why."""

    sysctl: tuple[Parameter, ...]
    sysfs: tuple[Parameter, ...]
    skipped: str = ""


def parameters(hardware: Hardware, *, huge_pages: int = 0, ours: bool = True) -> Kernel:
    """What the kernel of a host with this hardware should be told.

    `huge_pages` is what `postgres -C shared_memory_size_in_huge_pages` measured (0: none are reserved). `ours` is
    False where the kernel is not this host's own, as in a container. Raises `Refused` where the huge pages would
    leave too little memory for everything else.
    """
    if not ours:
        skipped = (
            "the kernel is the container host's: overcommit, swappiness, write-back and huge pages are left alone; "
            "set them there"
        )
        return Kernel((), (), skipped)
    never = "huge pages made behind PostgreSQL's back cost pauses and memory; those that it needs are reserved"
    sysctl = (*_overcommit(hardware), _swappiness(hardware), *_write_back(hardware), *_huge_pages(hardware, huge_pages))
    return Kernel(sysctl, (Parameter(THP, "never", never),))


def huge_pages_estimate(shared_buffers: int) -> int:
    """Huge pages of 2 MiB for so many bytes of shared_buffers, where they cannot be measured (PostgreSQL 14).

    Measured on 15 and 18: 1.13 to 1.27 times shared_buffers at 128 MB, 1.02 to 1.03 from 8 GB on.
    """
    return -(-shared_buffers * 105 // (100 * HUGE_PAGE)) + 16


def limits() -> tuple[Parameter, ...]:
    """What systemd should grant postgresql@.service."""
    files = "each process may open 1000 files (max_files_per_process), and io_uring takes two a connection"
    memory = "shared memory in huge pages and the rings of io_uring are locked; systemd's 8 MB refuse large servers"
    killer = (
        "the kernel kills a backend (pg_ctlcluster sets those back to 0) before the postmaster, which restarts the rest"
    )
    return (
        Parameter("LimitNOFILE", "65536", files),
        Parameter("LimitMEMLOCK", "infinity", memory),
        Parameter("OOMScoreAdjust", "-900", killer),
    )


def _overcommit(hardware: Hardware) -> tuple[Parameter, ...]:
    memory = nominal(hardware.memory)
    if memory < STRICT_FROM:
        why = (
            f"{show_size(memory)} of memory, less than {show_size(STRICT_FROM)}: too little to refuse what programs "
            "reserve and never use"
        )
        return (Parameter("vm.overcommit_memory", "0", why),)
    why = "a query that asks for too much fails alone; nothing is killed for what another process was promised"
    ratio = f"{OVERCOMMIT_RATIO} % of {show_size(memory)}, less the huge pages, can be promised: PostgreSQL's own bound"
    return (
        Parameter("vm.overcommit_memory", "2", why),
        Parameter("vm.overcommit_ratio", str(OVERCOMMIT_RATIO), ratio),
    )


def _swappiness(hardware: Hardware) -> Parameter:
    if nominal(hardware.memory) <= 4 * GIB:
        return Parameter("vm.swappiness", "10", "up to 4GB of memory: idle programs may be swapped out to make room")
    return Parameter("vm.swappiness", "1", "above 4GB of memory: swap is the last resort before the OOM killer")


def _write_back(hardware: Hardware) -> tuple[Parameter, ...]:
    """In bytes: percents of large memory are minutes of writing."""
    background = min(BACKGROUND[hardware.storage], nominal(hardware.memory) // 32)
    early = (
        f"{hardware.storage}: writing begins when {show_size(background)} wait, so that a checkpoint's fsync is short"
    )
    late = f"who writes waits when {show_size(4 * background)} do, four times as much"
    return (
        Parameter("vm.dirty_background_bytes", str(background), early),
        Parameter("vm.dirty_bytes", str(4 * background), late),
    )


def _huge_pages(hardware: Hardware, count: int) -> tuple[Parameter, ...]:
    if not count:
        return ()
    most = hardware.memory * MOST_IN_HUGE_PAGES // 100
    if count * HUGE_PAGE > most:
        what = (
            f"{count} huge pages ({about(count * HUGE_PAGE)}) are more than {about(most)}, {MOST_IN_HUGE_PAGES} % of "
            f"the {about(hardware.memory)} of memory"
        )
        raise Refused("kernel", [Problem("vm.nr_hugepages", what, "declare less shared_buffers")])
    why = f"{about(count * HUGE_PAGE)}, measured: the shared memory of this server's settings, no page more"
    return (Parameter("vm.nr_hugepages", str(count), why),)
