"""Memory: what is shared, what each connection may take, and how many connections that allows.

The budget comes first. What shared_buffers and the autovacuum workers leave of it is divided by the connections, by
hash_mem_multiplier (a hash may take that many times work_mem) and by the sorts and hashes that one query of the
workload has at a time. Where that falls under 4 MB, connections give way, never the budget.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..hardware import GIB, MIB
from ..problem import Problem
from ..setting import Setting
from ..size import about, show_size
from .budget import EXPOSED
from .declared import Declared
from .given import LEAST_MEMORY, Given, tidy

CHAPTER = "memory"

CONNECTIONS = {"web": 200, "oltp": 300, "dw": 40, "mixed": 100, "desktop": 20}  # PGTune's
NODES = {"web": 1, "oltp": 1, "dw": 3, "mixed": 2, "desktop": 2}  # sorts and hashes of one query at a time
MOST_WORK_MEM = {"web": GIB, "oltp": GIB, "dw": 4 * GIB, "mixed": GIB, "desktop": GIB}
LEAST_WORK_MEM = 4 * MIB
TAKING = ("work_mem", "shared_buffers", "hash_mem_multiplier", "autovacuum_work_mem", "autovacuum_max_workers")
LEAST_CONNECTIONS = 10  # 3 for superusers, 5 for monitoring and backups, 2 to work with
MOST_CONNECTIONS = 262_143  # PostgreSQL's
HASH_MEM_MULTIPLIER = 2
RESERVED_FOR_SUPERUSERS = 3
RESERVED = 5


@dataclass(frozen=True)
class Shares:
    """How the memory is divided. Bytes; `usual` is the workload's number of connections, `fit` what fits at 4 MB."""

    usable: int
    shared_buffers: int
    autovacuum_workers: int
    autovacuum_memory: int
    hash_mem_multiplier: Fraction
    connections: int
    work_mem: int
    usual: int
    fit: int
    asked: bool

    @property
    def lowered(self) -> bool:
        """Whether fewer connections fit than the workload usually has."""
        return not self.asked and self.connections < self.usual


def divide(given: Given, declared: Declared, asked: int | None, where: str) -> Shares | Problem:
    """The memory of the machine among its users, or why it is not enough."""
    workers = int(declared.amount("autovacuum_max_workers") or autovacuum_workers(given.cpus))
    maintenance = declared.bytes("maintenance_work_mem") or maintenance_work_mem(given)
    each = declared.bytes("autovacuum_work_mem") or autovacuum_work_mem(given, workers)
    each = maintenance if each < 0 else each
    buffers = declared.bytes("shared_buffers") or shared_buffers(given)
    hashes = declared.amount("hash_mem_multiplier") or Fraction(HASH_MEM_MULTIPLIER)
    work_mem = declared.bytes("work_mem")
    room = usable(given) - buffers - workers * each
    fit = min(max(0, int(room / (LEAST_WORK_MEM * hashes))), MOST_CONNECTIONS)
    usual = CONNECTIONS[given.workload]
    connections = asked or (usual if work_mem else min(usual, rounded(fit)))
    if work_mem is None:
        if connections > fit or connections < LEAST_CONNECTIONS:
            taken = f"{show_size(buffers)} shared_buffers + {workers} autovacuum workers × {show_size(each)}"
            path = where + _blamed(declared, asked)
            return _too_many(given, asked or LEAST_CONNECTIONS, fit, taken, hashes, path)
        work_mem = fair(int(room / (connections * hashes * NODES[given.workload])), given)
    elif connections > MOST_CONNECTIONS:
        what = f"{connections} connections are more than PostgreSQL takes"
        return Problem(f"{where}connections", what, f"declare at most {MOST_CONNECTIONS}")
    return Shares(usable(given), buffers, workers, each, hashes, connections, work_mem, usual, fit, bool(asked))


def _blamed(declared: Declared, asked: int | None) -> str:
    """The path of what leaves too little room."""
    names = [name for name in TAKING if name in declared]
    return "connections" if asked else f"settings.{names[0]}" if names else "hardware.memory"


def _too_many(given: Given, wanted: int, fit: int, taken: str, hashes: Fraction, path: str) -> Problem:
    need = about(int(wanted * LEAST_WORK_MEM * hashes))
    what = (
        f"{wanted} connections do not fit: {taken} + {wanted} × {show_size(LEAST_WORK_MEM)} work_mem × "
        f"{float(hashes):g} ({need}) is more than {about(usable(given))}, {_budget(given)}"
    )
    largest = f"declare at most {fit} connections, with a pooler in front of them" if fit >= LEAST_CONNECTIONS else ""
    return Problem(path, what, largest or "give the machine more memory, or take less of it")


def _budget(given: Given) -> str:
    half = "half of " if given.workload == "desktop" else ""
    return (
        f"{half}{EXPOSED} % of the {about(given.floor)} that a machine sold with {show_size(given.memory)} has at least"
    )


def usable(given: Given) -> int:
    """What all of PostgreSQL may take at worst: 90 % of the memory; half of that beside a desktop's programs."""
    part = given.floor * EXPOSED // 100
    return part // 2 if given.workload == "desktop" else part


def shared_buffers(given: Given) -> int:
    return tidy(given.memory // (16 if given.workload == "desktop" else 4))


def maintenance_work_mem(given: Given) -> int:
    return min(tidy(given.memory // (8 if given.workload == "dw" else 16)), 2 * GIB)


def autovacuum_workers(cpus: int) -> int:
    return 5 if cpus >= 32 else 4 if cpus >= 16 else 3


def autovacuum_work_mem(given: Given, workers: int) -> int:
    """A sixteenth of memory for all workers; more than 1 GB has no use before version 17."""
    return min(max(given.memory // 16 // workers // MIB * MIB, LEAST_MEMORY // 32), GIB)


def rounded(connections: int) -> int:
    """Down to a number that people would choose."""
    step = 5 if connections < 100 else 10
    return connections // step * step


def fair(size: int, given: Given) -> int:
    """work_mem of about `size`, between 4 MB and the most that has a use."""
    size = max(LEAST_WORK_MEM, min(size, MOST_WORK_MEM[given.workload]))
    unit = MIB if size >= 8 * MIB else 128 * 1024
    return size // unit * unit


def settings(given: Given, shares: Shares) -> Iterator[Setting]:
    """The rules of this chapter."""
    memory = show_size(given.memory)
    yield Setting("max_connections", str(shares.connections), _why_connections(given, shares), CHAPTER)
    part = "a sixteenth, beside a desktop's programs," if given.workload == "desktop" else "a quarter"
    why = f"{part} of {memory} of memory; the kernel's own cache holds the rest"
    yield Setting("shared_buffers", show_size(shared_buffers(given)), why, CHAPTER)
    cache = given.memory // 4 * (1 if given.workload == "desktop" else 3)
    part = "a quarter" if given.workload == "desktop" else "three quarters"
    why = f"what the planner may expect to find cached: {part} of {memory}; nothing is reserved by it"
    yield Setting("effective_cache_size", show_size(cache), why, CHAPTER)
    yield Setting("work_mem", show_size(shares.work_mem), _why_work_mem(given, shares), CHAPTER)
    why = "a hash may take twice as much as a sort before it spills; PostgreSQL's own choice since 15"
    yield Setting("hash_mem_multiplier", str(HASH_MEM_MULTIPLIER), why, CHAPTER)
    why = f"{'an eighth' if given.workload == 'dw' else 'a sixteenth'} of {memory}, at most 2GB: index builds"
    yield Setting("maintenance_work_mem", show_size(maintenance_work_mem(given)), why, CHAPTER)
    why = f"a sixteenth of {memory} for {shares.autovacuum_workers} workers together, from 16MB to 1GB each"
    size = autovacuum_work_mem(given, shares.autovacuum_workers)
    yield Setting("autovacuum_work_mem", show_size(size), why, CHAPTER)
    why = "taken where the kernel has reserved them, else ordinary pages; never a reason not to start"
    yield Setting("huge_pages", "try", why, CHAPTER)


def _why_connections(given: Given, shares: Shares) -> str:
    if shares.asked:
        return f"declared; up to {shares.fit} fit {show_size(given.memory)} with {show_size(LEAST_WORK_MEM)} each"
    if shares.lowered:
        return (
            f"{shares.fit} fit {show_size(given.memory)} with {show_size(LEAST_WORK_MEM)} of work_mem each, "
            f"fewer than the {shares.usual} usual for {given.workload}: a pooler serves more clients"
        )
    return f"usual for {given.workload}; up to {shares.fit} would fit {show_size(given.memory)}"


def _why_work_mem(given: Given, shares: Shares) -> str:
    nodes = NODES[given.workload]
    each = f" × {nodes} at a time" if nodes > 1 else ""
    rest = shares.usable - shares.shared_buffers - shares.autovacuum_workers * shares.autovacuum_memory
    return (
        f"{shares.connections} connections × {float(shares.hash_mem_multiplier):g} for hashes{each} share the "
        f"{about(rest)} that shared_buffers and autovacuum leave of {about(shares.usable)}, {_budget(given)}"
    )
