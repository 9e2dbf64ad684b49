"""What the planner believes about the storage, and how deep it reads ahead."""

from collections.abc import Iterator

from ..hardware import GIB
from ..setting import Setting
from ..size import show_size
from .given import Given, tidy

CHAPTER = "planner and storage"

RANDOM_PAGE_COST = {"hdd": "4", "ssd": "1.1", "san": "1.1", "nvme": "1.1"}
READ_AHEAD = {"hdd": 2, "ssd": 200, "san": 300, "nvme": 256}
MAINTENANCE_READ_AHEAD = {"hdd": 10, "ssd": 100, "san": 100, "nvme": 100}
TEMPORARY_SHARE = 25  # percent of the filesystem that one process may fill with temporary files
MOST_TEMPORARY = 1024 * GIB  # PostgreSQL takes less than 2 TB
MOST_IO_WORKERS = 16
LEAST_IO_WORKERS = 3  # PostgreSQL's own default


def io_workers(cpus: int) -> int:
    """A quarter of the CPUs."""
    return min(max(cpus // 4, LEAST_IO_WORKERS), MOST_IO_WORKERS)


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    storage = given.storage
    seeks = "the head must move" if storage == "hdd" else "a page anywhere costs hardly more than the next one"
    why = f"{storage}: {seeks} (seq_page_cost is 1)"
    yield Setting("random_page_cost", RANDOM_PAGE_COST[storage], why, CHAPTER)
    why = f"{storage} serves that many reads at a time well"
    yield Setting("effective_io_concurrency", str(READ_AHEAD[storage]), why, CHAPTER)
    why = f"the same for vacuum and for recovery on {storage}, where several go on at once"
    yield Setting("maintenance_io_concurrency", str(MAINTENANCE_READ_AHEAD[storage]), why, CHAPTER)
    part = f"{TEMPORARY_SHARE} % of the {show_size(given.disk)} filesystem, at most {show_size(MOST_TEMPORARY)}"
    why = f"{part}: a query that spills more fails alone"
    size = min(tidy(given.disk * TEMPORARY_SHARE // 100), MOST_TEMPORARY)
    yield Setting("temp_file_limit", show_size(size), why, CHAPTER)
    yield Setting("default_statistics_target", *statistics(given.workload), CHAPTER)
    yield Setting("jit", *just_in_time(given.workload), CHAPTER)
    if given.version >= 18:
        why = "PostgreSQL's own choice; io_uring does not start everywhere (limits, seccomp, kernel.io_uring_disabled)"
        yield Setting("io_method", "worker", why, CHAPTER)
        why = f"a quarter of {given.cpus} CPUs, from {LEAST_IO_WORKERS} to {MOST_IO_WORKERS}"
        yield Setting("io_workers", str(io_workers(given.cpus)), why, CHAPTER)


def statistics(workload: str) -> tuple[str, str]:
    """(value, why)"""
    if workload == "dw":
        return "500", "long queries earn a finer picture of the data than the usual 100"
    return "100", "PostgreSQL's own choice; raise it for the column that needs it"


def just_in_time(workload: str) -> tuple[str, str]:
    """(value, why)"""
    if workload in ("dw", "desktop"):
        return "on", "compiling pays in queries that run for seconds"
    return "off", f"{workload} queries are short: compiling would take longer than running"
