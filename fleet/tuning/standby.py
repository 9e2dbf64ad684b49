"""A standby is never smaller than its primary where recovery compares the two; else it stops following."""

from collections.abc import Mapping
from dataclasses import replace

from ..problem import Problem, Refused
from ..setting import Setting
from ..size import show_size
from ..versions import POSTGRESQL
from .catalogue import amount

COMPARED = (
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_prepared_transactions",
    "max_locks_per_transaction",
)
LEAST_WORK_MEM = 64 * 1024  # PostgreSQL's


def for_standby(settings: tuple[Setting, ...], primary: Mapping[str, int], where: str = "") -> tuple[Setting, ...]:
    """`settings` of a standby whose primary runs with the values `primary` (of the names in `COMPARED`).

    Where more connections than its own memory allows are taken over, work_mem gives way, so that the memory budget
    holds; `where` is the path of the cluster. Raises `Refused` where not even PostgreSQL's least work_mem would fit.
    Values above the primary's stay.
    """
    own = {setting.name: setting for setting in settings}
    more = max(primary.get("max_connections", 0), int(own["max_connections"].value))
    if _spread(own["work_mem"], own["max_connections"], more) < LEAST_WORK_MEM:
        raise Refused("tuning", [_too_small(int(own["max_connections"].value), more, where)])
    return tuple(_raised(_thinner(setting, own["max_connections"], more), primary) for setting in settings)


def _raised(setting: Setting, primary: Mapping[str, int]) -> Setting:
    least = primary.get(setting.name, 0)
    if setting.name not in COMPARED or int(setting.value) >= least:
        return setting
    why = f"kept at {least} while the primary runs with {least}; for itself this machine would have {setting.value}"
    return replace(setting, value=str(least), why=why)


def _thinner(setting: Setting, connections: Setting, more: int) -> Setting:
    """work_mem, shared by as many connections as the primary has."""
    few = int(connections.value)
    if setting.name != "work_mem" or setting.declared or more == few:
        return setting
    size = _spread(setting, connections, more)
    why = f"{setting.value} for {few} connections, spread over the {more} of its larger primary"
    return replace(setting, value=show_size(size), why=why)


def _spread(work_mem: Setting, connections: Setting, more: int) -> int:
    """What work_mem becomes when `more` connections share what was meant for fewer; a declared one stays."""
    size = int(amount(work_mem.name, work_mem.value, POSTGRESQL[-1]))
    if work_mem.declared:
        return size
    return size * int(connections.value) // more // LEAST_WORK_MEM * LEAST_WORK_MEM


def _too_small(few: int, more: int, where: str) -> Problem:
    return Problem(
        f"{where}.connections" if where else "connections",
        f"a standby of this size has memory for {few} connections, its primary runs with {more}",
        "declare fewer connections, or give the standby the memory of its primary",
    )
