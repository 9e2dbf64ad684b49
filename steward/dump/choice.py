"""What of a database is dumped, as it is declared or was said, and what such a dump is called."""

from fleet.problem import Problem, Refused

from ..cluster import Chosen, Described
from . import manifest, store
from .names import PARTS, WHOLE


def content(chosen: Chosen) -> str:
    """What a dump is called by what is chosen for it."""
    if chosen.content in PARTS:
        return chosen.content
    return "part" if chosen.tables or chosen.without or chosen.without_rows else WHOLE


def scope(database: str, chosen: Chosen) -> tuple[str, ...]:
    """The scope that the manifest of such a dump has."""
    return manifest.scope(database, content(chosen), chosen.tables, chosen.without, chosen.without_rows)


def chosen(told: Described, database: str) -> Chosen:
    """What is declared of a database's dumps; raises `Refused` where it is not dumped."""
    declared = store.wanted(told).databases
    if database not in declared:
        known = ", ".join(declared) or "none"
        hint = f"databases that are dumped here: {known}; with --content whole another one is, too"
        raise Refused(told.cluster, [Problem("database", f"no dumps of {database} are declared", hint)])
    return declared[database]
