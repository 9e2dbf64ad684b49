"""Declared settings that PostgreSQL would accept and this fleet cannot live with."""

from collections.abc import Iterator, Mapping

from ..problem import Problem
from ..size import about, show_size
from .budget import EXPOSED, Budget
from .declared import Declared
from .memory import LEAST_CONNECTIONS, TAKING
from .statistics import ALWAYS


def of_memory(budget: Budget, declared: Declared, where: str) -> Iterator[Problem]:
    """The memory that the declared settings could take at worst."""
    if not budget.broken:
        return
    names = [name for name in (*TAKING, "maintenance_work_mem") if name in declared]
    what = f"{budget} is more than {about(budget.limit)}, {EXPOSED} % of the {about(budget.memory)} of memory"
    yield Problem(f"{where}settings.{names[0]}", what, _fitting(budget, names[0]))


def _fitting(budget: Budget, name: str) -> str:
    """What would fit instead."""
    room = budget.limit - budget.shared_buffers - budget.autovacuum
    work_mem = int(room / (budget.connections * budget.hash_mem_multiplier)) // 65536 * 65536
    connections = int(room / (budget.work_mem * budget.hash_mem_multiplier))
    if room > 0 and name == "work_mem" and connections >= LEAST_CONNECTIONS:
        return (
            f"declare at most {show_size(work_mem)} of work_mem, or at most {connections} connections with a pooler in "
            "front of them; a role or a session can have more work_mem than the server gives to all"
        )
    return f"take {about(budget.total - budget.limit)} less, or give the machine more memory"


def of_values(values: Mapping[str, str], declared: Declared, standbys: int, where: str) -> Iterator[Problem]:
    """What the declared settings would take away from replication, monitoring and operators."""
    for name, what, hint in _found(values, declared, standbys):
        yield Problem(f"{where}settings.{name}", what, hint)


def _found(values: Mapping[str, str], declared: Declared, standbys: int) -> Iterator[tuple[str, str, str]]:
    libraries = [library.strip(' "') for library in values["shared_preload_libraries"].split(",")]
    if ALWAYS not in libraries:
        yield "shared_preload_libraries", f"{ALWAYS} is not among them", f"write it first: {ALWAYS}, …"
    if values["wal_level"].lower() == "minimal":
        yield "wal_level", "minimal leaves nothing for standbys and for the archive", "write replica or logical"
    for name, least in (("max_wal_senders", standbys + 2), ("max_replication_slots", standbys)):
        if name in declared and (declared.amount(name) or 0) < least:
            yield name, f"{values[name]} is less than {standbys} standbys need", f"write at least {least}"
    kept = [name for name in ("superuser_reserved_connections", "reserved_connections") if name in declared]
    count = sum(int(values.get(name, "0")) for name in ("superuser_reserved_connections", "reserved_connections"))
    if kept and count >= int(values["max_connections"]):
        what = f"{count} reserved connections leave none of the {values['max_connections']} for applications"
        yield kept[0], what, "reserve fewer"
