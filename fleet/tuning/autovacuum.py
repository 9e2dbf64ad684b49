"""Autovacuum that keeps up: it starts earlier and may write as fast as the storage can bear."""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given
from .memory import Shares, autovacuum_workers

CHAPTER = "autovacuum"

COST_LIMIT = {"hdd": 400, "ssd": 1000, "san": 1000, "nvme": 3000}
DIRTY_PAGE = 20  # vacuum_cost_page_dirty
SLOTS = 16


def dirtied(limit: int) -> int:
    """MB a second that workers together may dirty with this cost limit and a delay of 2 ms, at most."""
    return limit // DIRTY_PAGE * 8 * 500 // 1024


def settings(given: Given, shares: Shares) -> Iterator[Setting]:
    """The rules of this chapter."""
    why = f"{given.cpus} CPU{'s' if given.cpus > 1 else ''}: 3 workers below 16, 4 below 32, 5 from there on"
    yield Setting("autovacuum_max_workers", str(autovacuum_workers(given.cpus)), why, CHAPTER)
    if given.version >= 18:
        why = "room to raise autovacuum_max_workers without a restart"
        yield Setting("autovacuum_worker_slots", str(max(SLOTS, shares.autovacuum_workers)), why, CHAPTER)
    why = "a small table that changes all the time, such as a queue, is looked at twice a minute"
    yield Setting("autovacuum_naptime", "30s", why, CHAPTER)
    yield Setting("autovacuum_vacuum_scale_factor", "0.1", "a tenth of a table is dead, not a fifth", CHAPTER)
    why = "a tenth of a table is new, not a fifth: index-only scans and freezing keep up"
    yield Setting("autovacuum_vacuum_insert_scale_factor", "0.1", why, CHAPTER)
    why = "the planner's picture is at most a twentieth of a table old"
    yield Setting("autovacuum_analyze_scale_factor", "0.05", why, CHAPTER)
    limit = COST_LIMIT[given.storage]
    why = f"{given.storage}: all workers together dirty at most {dirtied(limit)} MB/s; the default of 200 allows 39"
    yield Setting("autovacuum_vacuum_cost_limit", str(limit), why, CHAPTER)
    yield Setting(
        "autovacuum_vacuum_cost_delay", "2ms", "PostgreSQL's own choice; the limit above counts on it", CHAPTER
    )
    if given.version >= 16:
        why = "PostgreSQL's own choice since 17; the 256kB of 16 have vacuum flush WAL all the time"
        yield Setting("vacuum_buffer_usage_limit", "2MB", why, CHAPTER)
    if given.version >= 18 and given.workload in ("web", "oltp", "mixed"):
        why = "a tenth of a huge table is too long to wait: 10 million dead rows are enough (the default is 100)"
        yield Setting("autovacuum_vacuum_max_threshold", "10000000", why, CHAPTER)
