"""Which settings exist in which version, what they accept, and what a change of one costs.

It refuses what PostgreSQL would refuse, before any host is touched, and one thing more: a number without a unit
where PostgreSQL has one in mind (`work_mem: 64` is 64 kB). The host's own `postgres -C` has the last word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache

from .known import TABLE

MEMORY = {unit: Fraction(1024**power) for power, unit in enumerate(("B", "kB", "MB", "GB", "TB"))}
_MILLISECONDS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
TIME = {"us": Fraction(1, 1000)} | {unit: Fraction(count) for unit, count in _MILLISECONDS.items()}
BASE = {"8kB": Fraction(8192)} | MEMORY | TIME
BOOLEAN = {"on": "on", "off": "off", "true": "on", "false": "off", "yes": "on", "no": "off", "1": "on", "0": "off"}
RENAMED = {
    "checkpoint_segments": "max_wal_size",
    "force_parallel_mode": "debug_parallel_query",
    "ssl_ecdh_curve": "ssl_groups",
    "wal_keep_segments": "wal_keep_size",
}
PRELOADED = "pg_stat_statements."
_NUMBER = re.compile(r"([-+]?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,3})?)\s*([a-zA-Z]*)", re.ASCII)
_EXTENSION = re.compile(r"[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """A setting of PostgreSQL from version `first` to `last`.

    `context` is PostgreSQL's word for when it may change (`postmaster` means a restart), `kind` one of bool,
    integer, real, enum, string. `unit` is what a bare number counts (`8kB`, `ms`), empty for none.
    """

    name: str
    first: int
    last: int
    context: str
    kind: str
    unit: str
    least: Fraction
    most: Fraction
    values: tuple[str, ...]


@cache
def find(name: str, version: int) -> Known | None:
    """What `version` knows of the setting `name`, in whatever case; None where it does not exist."""
    found = (known for known in _table().get(name.lower(), ()) if known.first <= version <= known.last)
    return next(found, None)


def exists(name: str, version: int) -> bool:
    return find(name, version) is not None


def needs_restart(name: str, version: int) -> bool:
    """Whether a change of `name` waits for a restart; False for what is not PostgreSQL's own setting."""
    known = find(name, version)
    return known is not None and known.context == "postmaster"


def unknown(name: str, version: int) -> tuple[str, str] | None:
    """Why `name` cannot be set in `version` (what, hint), or None where it can."""
    known = find(name, version)
    if known is None and _EXTENSION.fullmatch(name) and not name.lower().startswith(PRELOADED):
        return None
    if known is None:
        return f"is no setting of PostgreSQL {version}", _instead(name, version)
    if known.context == "internal" or (known.name.startswith("transaction_") and known.kind != "integer"):
        return "is not set in a configuration file", "PostgreSQL decides it; leave it out"
    return None


def fault(name: str, value: str, version: int) -> tuple[str, str] | None:
    """What is wrong with `value` for the setting `name` (what, hint), or None."""
    known = find(name, version)
    if known is None or known.kind == "string":
        return None
    if known.kind == "bool":
        return None if value.lower() in BOOLEAN else (f"is neither on nor off: {value!r}", "write on or off")
    if known.kind == "enum":
        switch = value.lower() in BOOLEAN and {"on", "off"} <= set(known.values)
        if switch or value.lower() in (word.lower() for word in known.values):
            return None
        return f"does not know the value {value!r}", f"write one of {', '.join(filter(None, known.values))}"
    try:
        _count(known, value)
    except ValueError as error:
        what, _, hint = str(error).partition("; ")
        return what, hint
    return None


def amount(name: str, value: str, version: int) -> Fraction:
    """The number behind `value`: bytes for memory, milliseconds for time, else a plain number.

    Raises ValueError with "what; hint" where PostgreSQL would not accept it.
    """
    known = find(name, version)
    if known is None:
        raise ValueError(f"{name} is no setting of PostgreSQL {version}; write one that is")
    count = _count(known, value)
    return count * BASE[known.unit] if known.unit and count > 0 else count


def _count(known: Known, value: str) -> Fraction:
    """`value` in the setting's own unit."""
    match = _NUMBER.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"is not a number: {value!r}; write {_example(known)}")
    number, unit = Fraction(match[1]), match[2]
    if known.unit and not unit and number > 0:
        raise ValueError(f"has no unit: PostgreSQL takes {value} for {_shown(known, number)}; {_units(known)}")
    if unit:
        number = number * _factor(known, value, unit)
    if known.kind == "integer":
        number = Fraction(round(number))
    if not known.least <= number <= known.most:
        raise ValueError(f"is out of range: {value}; PostgreSQL takes {_range(known)}")
    return number


def _factor(known: Known, value: str, unit: str) -> Fraction:
    units = MEMORY if known.unit in MEMORY or known.unit == "8kB" else TIME if known.unit in TIME else {}
    if unit not in units:
        if not units:
            raise ValueError(f"takes no unit: {value!r}; write a plain number")
        raise ValueError(f"has the unknown unit {unit!r}; {_units(known)}")
    return units[unit] / BASE[known.unit]


def _units(known: Known) -> str:
    return f"write the unit, one of {', '.join(TIME if known.unit in TIME else MEMORY)}"


def _example(known: Known) -> str:
    if not known.unit:
        return f"a number {_range(known)}"
    return "a duration such as 30s or 5min" if known.unit in TIME else "a size such as 64MB or 4GB"


def _range(known: Known) -> str:
    return f"from {_shown(known, known.least)} to {_shown(known, known.most)}"


def _shown(known: Known, count: Fraction) -> str:
    if known.unit and count > 0 and count.denominator == 1:
        return f"{count} × 8kB" if known.unit == "8kB" else f"{count}{known.unit}"
    return f"{float(count):g}" if abs(count) >= 1 << 53 or count.denominator > 1 else f"{int(count)}"


def _instead(name: str, version: int) -> str:
    renamed = RENAMED.get(name.lower())
    if renamed and exists(renamed, version):
        return f"it is called {renamed} now"
    others = _table().get(name.lower(), ())
    if others and others[0].first > version:
        return f"it exists from PostgreSQL {others[0].first} on; leave it out"
    if others:
        return f"PostgreSQL {others[-1].last + 1} took it away; leave it out"
    names = [entry for entry in _table() if exists(entry, version)]
    close = get_close_matches(name.lower(), names, n=1)
    return f"did you mean {close[0]}?" if close else "look up its name in PostgreSQL's documentation"


@cache
def _table() -> dict[str, tuple[Known, ...]]:
    table: dict[str, tuple[Known, ...]] = {}
    for known in _rows():
        table[known.name.lower()] = (*table.get(known.name.lower(), ()), known)
    return table


def _rows() -> Iterator[Known]:
    for line in TABLE.replace("\n    ", " ").strip().splitlines():
        name, versions, context, kind, *rest = line.split(" ", 4)
        first, last = versions.split("-")
        unit, least, most = rest[0].split(" ") if kind in ("integer", "real") else ("-", "0", "0")
        values = tuple(rest[0].split(",")) if kind == "enum" and rest else ()
        yield Known(
            name, int(first), int(last), context, kind, unit.strip("-"), Fraction(least), Fraction(most), values
        )
