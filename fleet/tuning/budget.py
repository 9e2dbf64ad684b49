"""What the settings may cost at worst, and what there is: memory, and the filesystem of the WAL. Bytes."""

from dataclasses import dataclass

from ..size import about, show_size

EXPOSED = 90  # percent of memory
FILLED = 80  # percent of the WAL filesystem


@dataclass(frozen=True)
class Budget:
    """Memory at worst: every connection in one hash or sort of its full size, every autovacuum worker full.

    `memory` is what the machine really has; `hash_mem_multiplier` is what one hash may take of work_mem.
    """

    memory: int
    shared_buffers: int
    connections: int
    work_mem: int
    hash_mem_multiplier: float
    autovacuum_workers: int
    autovacuum_memory: int

    @property
    def backends(self) -> int:
        return round(self.connections * self.work_mem * self.hash_mem_multiplier)

    @property
    def autovacuum(self) -> int:
        return self.autovacuum_workers * self.autovacuum_memory

    @property
    def total(self) -> int:
        return self.shared_buffers + self.backends + self.autovacuum

    @property
    def exposure(self) -> float:
        """The part of memory that is taken at worst; kept at 0.9 or below."""
        return self.total / self.memory

    @property
    def limit(self) -> int:
        return self.memory * EXPOSED // 100

    @property
    def broken(self) -> bool:
        return self.total > self.limit

    def __str__(self) -> str:
        """The arithmetic in one line."""
        return (
            f"{show_size(self.shared_buffers)} shared_buffers + {self.connections} connections × "
            f"{show_size(self.work_mem)} work_mem × {self.hash_mem_multiplier:g} + {self.autovacuum_workers} "
            f"autovacuum workers × {show_size(self.autovacuum_memory)} = {about(self.total)}"
        )


@dataclass(frozen=True)
class WalBudget:
    """The WAL filesystem at worst: a checkpoint distance, a lost standby and a failing archive at once.

    `archive_queue` is reserved for WAL that waits for the archive (pgBackRest's archive-push-queue-max).
    """

    disk: int
    max_wal_size: int
    slots: int
    kept: int
    archive_queue: int

    @property
    def total(self) -> int:
        return self.max_wal_size + self.slots + self.kept + self.archive_queue

    @property
    def share(self) -> float:
        """The part of the filesystem that is taken at worst; kept at 0.8 or below."""
        return self.total / self.disk

    @property
    def limit(self) -> int:
        return self.disk * FILLED // 100

    @property
    def broken(self) -> bool:
        return self.total > self.limit

    def __str__(self) -> str:
        """The arithmetic in one line."""
        kept = f" + {show_size(self.kept)} wal_keep_size" if self.kept else ""
        return (
            f"{show_size(self.max_wal_size)} max_wal_size + {show_size(self.slots)} max_slot_wal_keep_size{kept} + "
            f"{show_size(self.archive_queue)} archive queue = {about(self.total)}"
        )
