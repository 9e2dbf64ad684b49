"""WAL and checkpoints, sized by the filesystem that holds the WAL and never by memory.

Three things can fill it at once: the distance between checkpoints, a standby that is away, an archive that fails.
Their sum stays below 80 % of it; what is beyond a limit is given up rather than the primary: the standby is copied
anew, the archive gets a hole that the checks report.
"""

from collections.abc import Iterator

from ..hardware import GIB, MIB
from ..problem import Problem
from ..setting import Setting
from ..size import about, show_size
from .budget import FILLED, WalBudget
from .declared import Declared
from .given import Given, tidy

CHAPTER = "write-ahead log"

DISTANCE = {"web": 4 * GIB, "oltp": 8 * GIB, "dw": 16 * GIB, "mixed": 4 * GIB, "desktop": 2 * GIB}  # PGTune's
RECYCLED = {"web": GIB, "oltp": 2 * GIB, "dw": 4 * GIB, "mixed": GIB, "desktop": 100 * MIB}  # PGTune's
DISTANCE_SHARE = 20  # percent of the filesystem
SLOTS_SHARE = 20
MOST_FOR_SLOTS = 1024 * GIB
ARCHIVE_QUEUE_SHARE = 30
LEAST = 32 * MIB  # two segments; PostgreSQL starts with no less


def share(given: Given, percent: int) -> int:
    """So many percent of the WAL filesystem, tidy."""
    return tidy(given.disk * percent // 100)


def max_wal_size(given: Given) -> int:
    return min(DISTANCE[given.workload], share(given, DISTANCE_SHARE))


def kept_for_slots(given: Given) -> int:
    return min(share(given, SLOTS_SHARE), MOST_FOR_SLOTS)


def budget(given: Given, declared: Declared, disk: int, archive_queue_share: int) -> WalBudget:
    """What may fill the `disk` bytes that are really there, with the declared sizes in their places."""
    slots = declared.bytes("max_slot_wal_keep_size")
    return WalBudget(
        disk=disk,
        max_wal_size=declared.bytes("max_wal_size") or max_wal_size(given),
        slots=kept_for_slots(given) if slots is None else slots,
        kept=declared.bytes("wal_keep_size") or 0,
        archive_queue=share(given, archive_queue_share),
    )


def problems(wal: WalBudget, declared: Declared, where: str) -> Iterator[Problem]:
    """Why the declared sizes do not fit the filesystem."""
    names = [name for name in ("max_wal_size", "max_slot_wal_keep_size", "wal_keep_size") if name in declared]
    path = f"{where}settings.{names[0]}" if names else f"{where}hardware.disk"
    if wal.slots < 0:
        hint = f"declare a size, of at most {about(max(0, wal.limit - wal.total + wal.slots))}"
        yield Problem(path, "a standby that is away would fill the WAL filesystem: no limit is declared", hint)
    elif wal.broken:
        what = f"{wal} is more than {about(wal.limit)}, {FILLED} % of the {about(wal.disk)} that hold the WAL"
        yield Problem(path, what, f"take {about(wal.total - wal.limit)} less, or give the WAL a larger filesystem")


def settings(given: Given, wal: WalBudget) -> Iterator[Setting]:
    """The rules of this chapter."""
    disk = show_size(given.disk)
    yield Setting("wal_level", "replica", "standbys and the archive live on it", CHAPTER)
    yield Setting("wal_compression", *compression(given.version), CHAPTER)
    yield Setting("wal_buffers", *buffers(given), CHAPTER)
    full = show_size(DISTANCE[given.workload])
    suits = f"{full} between checkpoints suit {given.workload}"
    why = f"{suits}; {DISTANCE_SHARE} % of the {disk} filesystem allow that"
    if max_wal_size(given) < DISTANCE[given.workload]:
        why = f"{suits}, but the {disk} filesystem spares {DISTANCE_SHARE} % for them"
    yield Setting("max_wal_size", show_size(max_wal_size(given)), why, CHAPTER)
    least = max(LEAST, min(RECYCLED[given.workload], wal.max_wal_size // 4))
    reused = show_size(RECYCLED[given.workload])
    why = f"segments kept for reuse after quiet hours: {reused}, or a quarter of max_wal_size"
    yield Setting("min_wal_size", show_size(least), why, CHAPTER)
    minutes = 5 if given.workload == "desktop" else 15
    why = f"a full page is logged once in {minutes} minutes; max_wal_size bounds the recovery after a crash"
    yield Setting("checkpoint_timeout", f"{minutes}min", why, CHAPTER)
    why = "a checkpoint is spread over 90 % of the time to the next"
    yield Setting("checkpoint_completion_target", "0.9", why, CHAPTER)
    why = (
        f"{SLOTS_SHARE} % of the {disk} filesystem, at most {show_size(MOST_FOR_SLOTS)}: "
        "a standby that is away for longer is copied anew; it never fills the primary's disk"
    )
    yield Setting("max_slot_wal_keep_size", show_size(kept_for_slots(given)), why, CHAPTER)
    why = "pg_rewind can take back an old primary even where data checksums are off; where they are on it costs nothing"
    yield Setting("wal_log_hints", "on", why, CHAPTER)


def compression(version: int) -> tuple[str, str]:
    """(value, why)"""
    measured = "measured: 76 % less WAL from full pages, at no cost in transactions"
    return ("lz4", measured) if version >= 15 else ("on", f"{measured}; version 14 knows only its own method")


def buffers(given: Given) -> tuple[str, str]:
    """(value, why); PostgreSQL's own rule, written out so that it does not follow a declared shared_buffers."""
    quarter = given.memory // (16 if given.workload == "desktop" else 4)
    size = min(16 * MIB, quarter // 32)
    return show_size(size), "one WAL segment, or a thirty-second of shared_buffers where that is less"
