"""What every rule starts from: the machine as it was sold, the version, the workload.

A machine sold with 8 GB shows 7.7 of them, and a few MB more or less with every kernel. Rules therefore see memory
and disk as the nearest size below that machines are sold with, while budgets are held against what is really there.
"""

from dataclasses import dataclass
from typing import Literal

from ..hardware import GIB, MIB, Hardware, Storage

Workload = Literal["web", "oltp", "dw", "mixed", "desktop"]
WORKLOADS: tuple[Workload, ...] = ("web", "oltp", "dw", "mixed", "desktop")

TENTH = 10  # a machine shows at least nine tenths of the memory that it was sold with
LEAST_MEMORY = 512 * MIB
LEAST_DISK = 1 * GIB


@dataclass(frozen=True)
class Given:
    """The input of every rule. `memory` and `disk` are nominal bytes; `libraries` are preloaded ones."""

    memory: int
    cpus: int
    storage: Storage
    disk: int
    version: int
    workload: Workload
    standbys: int
    libraries: tuple[str, ...] = ()

    @property
    def floor(self) -> int:
        """The least memory that a machine of this nominal size really has."""
        return shown_at_least(self.memory)


def given(
    hardware: Hardware, version: int, workload: Workload, standbys: int, libraries: tuple[str, ...] = ()
) -> Given:
    return Given(
        memory=nominal(hardware.memory),
        cpus=hardware.cpus,
        storage=hardware.storage,
        disk=nominal(hardware.disk),
        version=version,
        workload=workload,
        standbys=standbys,
        libraries=libraries,
    )


def nominal(size: int) -> int:
    """The largest size that is sold (1, 1.25, 1.5 or 1.75 times a power of two) and of which `size` is nine tenths.

    So 7.2 GiB to 9 GiB count as 8: a "8 GB" machine with 7.7 and one with 8.0 are tuned alike.
    """
    quarter = 1 << max(size.bit_length() - 3, 0)
    sold = (quarter * count for count in (8, 7, 6, 5, 4))
    return next((n for n in sold if shown_at_least(n) <= size), size)


def shown_at_least(sold: int) -> int:
    """Nine tenths of a nominal size."""
    return sold - sold // TENTH


def tidy(size: int) -> int:
    """`size` bytes rounded down to a number that people read with ease, and to whole WAL segments."""
    unit = GIB if size >= 64 * GIB else 256 * MIB if size >= GIB else 16 * MIB
    return size // unit * unit
