"""Settings of a role's sessions: set, changed and reset.

A setting that pgsteward gave and that no longer follows from the grants is reset at once: a reader that has become a
writer must be able to write. What somebody else set is shown, and reset if undeclared things are revoked.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping

from ..sql import identifier, literal, qualified
from .seen import SeenSetting
from .statement import Drift, Statement, plain, shown
from .wanted import DEFAULTS

LISTS = {"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries"}
"""Settings whose value PostgreSQL keeps as a list of names, each quoted by itself (GUC_LIST_QUOTE)."""


def setting_changes(
    role: str, wanted: Mapping[str, str], seen: tuple[SeenSetting, ...], revoke_undeclared: bool
) -> Iterator[Statement | Drift]:
    """What makes the settings of `role` the `wanted` ones."""
    everywhere = {one.name.lower(): one.value for one in seen if one.database is None}
    changed = {name: value for name, value in wanted.items() if not _same(name, value, everywhere.get(name.lower()))}
    if changed:
        words = ", ".join(_words(name, value, everywhere.get(name.lower())) for name, value in changed.items())
        commands = "\n".join(_set(role, name, value) for name, value in changed.items())
        yield Statement(f"role {shown(role)}: {words}", commands)
    for one in seen:
        if one.database is not None or one.name.lower() not in wanted:
            yield from _undeclared(role, one, revoke_undeclared)


def _words(name: str, value: str, before: str | None) -> str:
    if "." in name:
        return f"{name} is set"
    return plain(f"{name} = {value}" if before is None else f"{name} {before} → {value}")


def _set(role: str, name: str, value: str) -> str:
    values = ", ".join(map(literal, elements(name, value)))
    return f"ALTER ROLE {identifier(role)} SET {_name(name)} TO {values};"


def _undeclared(role: str, one: SeenSetting, revoke: bool) -> Iterator[Statement | Drift]:
    """A value is not shown: it may be anything."""
    place = "" if one.database is None else f" in database {shown(one.database)}"
    within = "" if one.database is None else f" IN DATABASE {identifier(one.database)}"
    ours = one.database is None and DEFAULTS.get(one.name) == one.value
    if ours or revoke:
        command = f"ALTER ROLE {identifier(role)}{within} RESET {_name(one.name)};"
        yield Statement(f"role {shown(role)}{place}: {one.name} is reset", command)
    else:
        yield Drift(f"role {shown(role)}{place}: {one.name} is set, which is not declared")


def elements(name: str, value: str) -> tuple[str, ...]:
    """The value as SET takes it: one text, or for a list its names. An empty list is one empty name."""
    if name.lower() not in LISTS:
        return (value,)
    names = next(csv.reader([value], skipinitialspace=True), []) or [""]
    return tuple(one.strip() for one in names)


def _same(name: str, wanted: str, before: str | None) -> bool:
    if before is None:
        return False
    if "." in name:
        return hashlib.sha256(wanted.encode()).hexdigest() == before
    return elements(name, wanted) == elements(name, before)


def _name(name: str) -> str:
    return qualified(*name.split("."))
