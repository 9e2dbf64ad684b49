"""Durations as people write them (`4h`) and as numbers of milliseconds. Units are PostgreSQL's own."""

import re
from fractions import Fraction

UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*", re.ASCII)
LONGEST = 366 * 100 * UNITS["d"]


def parse_duration(text: str) -> int:
    """Milliseconds of a duration such as `500ms`, `30s`, `5min` or `1d`; raises ValueError with a sentence.

    A number without a unit is refused, and so is `m`, which some read as minutes and others as months.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration such as 500ms, 30s, 5min, 4h or 1d")
    number, unit = match.groups()
    factor = UNITS.get(unit.lower())
    if factor is None:
        raise ValueError(f"{text!r} has the unknown unit {unit!r}; durations are in ms, s, min, h or d")
    duration = Fraction(number) * factor
    if duration > LONGEST:
        raise ValueError(f"{text!r} is more than a century")
    if duration.denominator != 1:
        raise ValueError(f"{text!r} is finer than a millisecond")
    return int(duration)


def show_duration(milliseconds: int) -> str:
    """The duration in the largest unit that says it exactly: `1d`, `90min`, `1500ms`; none at all is `0s`."""
    if milliseconds < 0:
        raise ValueError(f"{milliseconds} is not a duration")
    if milliseconds == 0:
        return "0s"
    unit = max((unit for unit in UNITS if milliseconds % UNITS[unit] == 0), key=UNITS.__getitem__)
    return f"{milliseconds // UNITS[unit]}{unit}"


def about(seconds: float) -> str:
    """A time in a unit that suits it, for sentences, such as `0.8 s`, `3 min`, `26 h` or `4 d`; never to be parsed."""
    seconds = max(seconds, 0)
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    limits = (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800))
    unit, size = next(((unit, size) for unit, size, limit in limits if seconds < limit), ("d", 86_400))
    return f"{seconds // size:.0f} {unit}"
