"""Parallel queries: as many workers as CPUs, beside the processes that are no query's."""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given

CHAPTER = "parallelism"

OTHER_PROCESSES = 8  # logical replication, extensions such as pg_cron; PostgreSQL's own default for all
GATHER = {"web": 2, "oltp": 2, "dw": 8, "mixed": 2, "desktop": 4}
MOST_FOR_MAINTENANCE = 4


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    cpus = f"{given.cpus} CPU{'s' if given.cpus > 1 else ''}"
    why = f"one for each of {cpus}, and {OTHER_PROCESSES} for logical replication and extensions"
    yield Setting("max_worker_processes", str(given.cpus + OTHER_PROCESSES), why, CHAPTER)
    yield Setting(
        "max_parallel_workers", str(given.cpus), f"of those, one for each of {cpus} may work on queries", CHAPTER
    )
    most = GATHER[given.workload]
    why = f"half of {cpus}, at most {most} for {given.workload}: each worker takes a work_mem of its own"
    yield Setting("max_parallel_workers_per_gather", str(min(most, given.cpus // 2)), why, CHAPTER)
    why = f"half of {cpus}, at most {MOST_FOR_MAINTENANCE}: they share one maintenance_work_mem"
    count = min(MOST_FOR_MAINTENANCE, given.cpus // 2)
    yield Setting("max_parallel_maintenance_workers", str(count), why, CHAPTER)
