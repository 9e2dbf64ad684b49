"""Sizes as people write them (`8GB`) and as numbers of bytes. Units are PostgreSQL's own: powers of 1024."""

import re
from fractions import Fraction

UNITS = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_BY_WORD = {unit.lower(): factor for unit, factor in UNITS.items()} | {
    "k": 1024,
    "m": 1024**2,
    "g": 1024**3,
    "t": 1024**4,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "tib": 1024**4,
}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*", re.ASCII)
LARGEST = 1 << 60


def parse_size(text: str) -> int:
    """Bytes of a size such as `8GB`, `7.7 GiB` or `512mb`; raises ValueError with a sentence.

    A number without a unit is refused: what one program takes for bytes another takes for kilobytes or pages.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 512MB, 8GB or 1.5TB")
    number, unit = match.groups()
    factor = _BY_WORD.get(unit.lower())
    if factor is None:
        raise ValueError(f"{text!r} has the unknown unit {unit!r}; sizes are in B, kB, MB, GB or TB")
    size = int(Fraction(number) * factor)
    if size > LARGEST:
        raise ValueError(f"{text!r} is more than any machine has")
    return size


def show_size(size: int) -> str:
    """The size in the largest of PostgreSQL's units that says it exactly: `1GB`, `1536MB`, `5041kB`."""
    if size < 0:
        raise ValueError(f"{size} is not a size")
    unit = max(
        (unit for unit in UNITS if size % UNITS[unit] == 0 and size >= UNITS[unit]),
        key=UNITS.__getitem__,
        default="B",
    )
    return f"{size // UNITS[unit]}{unit}"


def about(size: int) -> str:
    """The size to three figures for sentences, such as `7.7 GB` or `812 MB`; never to be parsed again."""
    unit = max((unit for unit in UNITS if size >= UNITS[unit]), key=UNITS.__getitem__, default="B")
    number = size / UNITS[unit]
    digits = 0 if number >= 100 or number == int(number) else 1 if number >= 10 else 2
    shown = f"{number:.{digits}f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown} {unit}"
