"""A value as PostgreSQL keeps it, however it is written: `1min` and `60s`, `TRUE` and `on`, `64MB` and 8192 pages.

By the kind and the unit that `pg_settings` tells (`vartype`, `unit`), so that settings of extensions are known, too.
"""

import re
from fractions import Fraction

from .catalogue import BOOLEAN, MEMORY, TIME

_NUMBER = re.compile(r"([-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?|[-+]?\.[0-9]+)\s*([a-zA-Z]*)", re.ASCII)
_OTHER_BASE = re.compile(r"([-+]?)0(x[0-9a-f]+|[0-7]+)", re.ASCII | re.IGNORECASE)
_UNIT = re.compile(r"([0-9]*)([a-zA-Z]+)", re.ASCII)
LARGEST = Fraction(10) ** 308
ALSO = {("wal_compression", "on"): "pglz"}
"""Values of an enum that PostgreSQL shows as another."""


def normal(name: str, value: str, kind: str, unit: str | None = None) -> str:
    """`value` in one spelling; as it is where it is a string, or nothing that PostgreSQL would take."""
    text = value.strip()
    if kind == "bool":
        return BOOLEAN.get(text.lower(), text)
    if kind == "enum":
        word = BOOLEAN.get(text.lower(), text.lower())  # where on and off are among others, true and no are, too
        return ALSO.get((name.lower(), word), word)
    if kind == "integer":
        count = _of_other_base(text) or _count(text, unit)
        return text if count is None else str(round(count))
    if kind == "real":
        count = _count(text, unit)
        return text if count is None or abs(count) > LARGEST else f"{float(count):g}"
    return value


def _of_other_base(text: str) -> Fraction | None:
    """A number as C writes it in base 16 or 8, such as the mode 0770."""
    match = _OTHER_BASE.fullmatch(text)
    if match is None:
        return None
    number = int(match[2][1:], 16) if match[2][0] in "xX" else int(match[2], 8)
    return Fraction(-number if match[1] == "-" else number)


def _count(text: str, unit: str | None) -> Fraction | None:
    """The number in the setting's own unit; None where it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    number, written = Fraction(match[1]), match[2]
    return number if not written else _converted(number, written, unit or "")


def _converted(number: Fraction, written: str, unit: str) -> Fraction | None:
    """As PostgreSQL does: a fraction such as 30.1GB becomes a whole number of the next smaller unit first."""
    base = _UNIT.fullmatch(unit)
    table = MEMORY if base and base[2] in MEMORY else TIME if base and base[2] in TIME else {}
    if base is None or written not in table:
        return None
    one = table[base[2]] * int(base[1] or 1)
    amount = number * table[written]
    smaller = [factor for factor in table.values() if factor < table[written]]
    if smaller:
        amount = round(amount / max(smaller)) * max(smaller)
    return amount / one
