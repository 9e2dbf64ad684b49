"""What a host is made of, as numbers."""

from dataclasses import dataclass
from typing import Literal

Storage = Literal["hdd", "ssd", "san", "nvme"]

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Hardware:
    """Memory in bytes, CPUs as a count, the storage kind, and the bytes of the filesystem that holds the WAL.

    `memory` and `cpus` already respect the limits of the host's cgroup. `disk` is the whole size of the data
    filesystem (which holds pg_wal), not what is free of it.
    """

    memory: int
    cpus: int
    storage: Storage
    disk: int
