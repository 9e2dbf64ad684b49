"""From a machine, a version and a workload to settings, each with its reason. Pure: the same in, the same out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..hardware import Hardware
from ..problem import Problem, Refused
from ..setting import Setting
from ..size import about, show_size
from ..versions import POSTGRESQL
from . import (
    autovacuum,
    clients,
    conflicts,
    declared,
    logging,
    memory,
    parallel,
    planner,
    replication,
    security,
    statistics,
    wal,
)
from .budget import Budget, WalBudget
from .catalogue import amount
from .declared import Override
from .given import LEAST_DISK, LEAST_MEMORY, WORKLOADS, Given, Workload, given, shown_at_least
from .memory import LEAST_CONNECTIONS, Shares

NOTHING: Mapping[str, Override] = MappingProxyType({})


@dataclass(frozen=True)
class Tuning:
    """Settings in the order of the file, what they may cost at worst, and what an operator should know."""

    settings: tuple[Setting, ...]
    budget: Budget
    wal: WalBudget
    advice: tuple[str, ...]

    @property
    def archive_queue(self) -> int:
        """Bytes of WAL that may wait for the archive: pgBackRest's archive-push-queue-max."""
        return self.wal.archive_queue

    def value(self, name: str) -> str:
        """The value of the setting `name`; KeyError where the tuner leaves it to PostgreSQL."""
        return values(self.settings)[name]


def tune(
    hardware: Hardware,
    version: int,
    workload: Workload,
    connections: int | None = None,
    *,
    standbys: int = 0,
    overrides: Mapping[str, Override] = NOTHING,
    libraries: Iterable[str] = (),
    archive_queue_share: int = wal.ARCHIVE_QUEUE_SHARE,
    where: str = "",
) -> Tuning:
    """The tuning of one server.

    `connections` None means the workload's usual number, or as many as fit. `libraries` are preloaded beside
    pg_stat_statements. `archive_queue_share` is in percent of the WAL filesystem. `where` is the path of the cluster
    in the environment file, with which problems begin (`clusters.main`). Raises `Refused` with every problem found.
    """
    where = f"{where}." if where else ""
    problems = list(_unusable(hardware, version, workload, connections, where))
    if problems:
        raise Refused("tuning", problems)
    machine = given(hardware, version, workload, standbys, tuple(libraries))
    own, problems = declared.read(overrides, version, f"{where}settings")
    shares = memory.divide(machine, own, connections, where)
    disk = wal.budget(machine, own, hardware.disk, archive_queue_share)
    problems += wal.problems(disk, own, where)
    if isinstance(shares, Problem):
        raise Refused("tuning", [*problems, shares])
    settings = tuple(own.over(_rules(machine, shares, disk)))
    budget = _budget(hardware.memory, values(settings), version)
    problems += conflicts.of_memory(budget, own, where)
    problems += conflicts.of_values(values(settings), own, standbys, where)
    if problems:
        raise Refused("tuning", problems)
    return Tuning(settings, budget, disk, tuple(_advice(machine, shares, disk)))


def values(settings: Iterable[Setting]) -> dict[str, str]:
    return {setting.name: setting.value for setting in settings}


def _rules(given: Given, shares: Shares, disk: WalBudget) -> Iterator[Setting]:
    """Every rule of every chapter, in the order of the file."""
    yield from memory.settings(given, shares)
    yield from wal.settings(given, disk)
    yield from replication.settings(given)
    yield from planner.settings(given)
    yield from parallel.settings(given)
    yield from autovacuum.settings(given, shares)
    yield from clients.settings(given)
    yield from logging.settings(given)
    yield from statistics.settings(given)
    yield from security.settings(given)


def _budget(true_memory: int, values: Mapping[str, str], version: int) -> Budget:
    """What these values may take at worst of the memory that is really there."""

    def number(name: str) -> float:
        return float(amount(name, values[name], version))

    each = number("autovacuum_work_mem")
    return Budget(
        memory=true_memory,
        shared_buffers=int(number("shared_buffers")),
        connections=int(number("max_connections")),
        work_mem=int(number("work_mem")),
        hash_mem_multiplier=number("hash_mem_multiplier"),
        autovacuum_workers=int(number("autovacuum_max_workers")),
        autovacuum_memory=int(each if each >= 0 else number("maintenance_work_mem")),
    )


def _unusable(
    hardware: Hardware, version: int, workload: str, connections: int | None, where: str
) -> Iterator[Problem]:
    """Input that no rule has an answer for."""
    if version not in POSTGRESQL:
        known = ", ".join(str(known) for known in POSTGRESQL)
        yield Problem(f"{where}postgresql", f"PostgreSQL {version} is not known here", f"known are {known}")
    if workload not in WORKLOADS:
        yield Problem(f"{where}workload", f"{workload!r} is no workload", f"write one of {', '.join(WORKLOADS)}")
    if hardware.cpus < 1:
        yield Problem(f"{where}hardware.cpus", f"{hardware.cpus} CPUs run nothing", "write at least 1")
    for name, size, least in (
        ("memory", hardware.memory, LEAST_MEMORY),
        ("disk", hardware.disk, LEAST_DISK),
    ):
        if size < shown_at_least(least):
            what = f"{about(max(size, 0))} are too little for a server"
            yield Problem(f"{where}hardware.{name}", what, f"give it {show_size(least)} or more")
    if connections is not None and connections < LEAST_CONNECTIONS:
        what = f"{connections} connections are too few: 8 of them are reserved for operators, monitoring and backups"
        yield Problem(f"{where}connections", what, f"declare {LEAST_CONNECTIONS} or more")


def _advice(given: Given, shares: Shares, disk: WalBudget) -> Iterator[str]:
    """What an operator should know and no setting can mend."""
    memory_size = show_size(given.memory)
    if shares.lowered:
        yield (
            f"{shares.connections} connections fit {memory_size}, fewer than the {shares.usual} usual for "
            f"{given.workload}: put a pooler in front of them, or give the machine more memory"
        )
    if disk.max_wal_size < wal.DISTANCE[given.workload]:
        yield (
            f"a filesystem of {show_size(given.disk)} spares {show_size(disk.max_wal_size)} for WAL between "
            f"checkpoints, where {given.workload} wants {show_size(wal.DISTANCE[given.workload])}: heavy writing "
            "makes them frequent"
        )
