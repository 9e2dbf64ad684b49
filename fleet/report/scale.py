"""Places on a scale, in percent of its length, and where it is marked."""

from collections.abc import Iterator
from dataclasses import dataclass

from .. import moment

MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
    *(DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY),
)
"""Seconds between two marks that people can read."""
MOST = 5  # marks


@dataclass(frozen=True)
class Tick:
    """A mark on a scale."""

    at: float
    label: str


def share(value: float, least: float, most: float) -> float:
    """Where a value stands between two others, in percent, never outside."""
    if most <= least:
        return 0.0
    return round(min(max(100 * (value - least) / (most - least), 0.0), 100.0), 2)


def step(length: float) -> float:
    """The shortest of the steps that marks a length at most so many times."""
    found = next((one for one in STEPS if length / one <= MOST), STEPS[-1])
    while length / found > MOST:
        found *= 2
    return found


def top(value: float) -> float:
    """The end of a scale from 0 that holds the value: the mark behind it."""
    size = step(value * 1.05) if value > 0 else 1.0
    return size * (value * 1.05 // size + 1)


def marks(most: float) -> Iterator[Tick]:
    """The marks of a scale of seconds from 0."""
    size, number = step(most), 0
    while number * size <= most * 1.0001:
        yield Tick(share(number * size, 0, most), seconds(number * size))
        number += 1


def seconds(value: float) -> str:
    """A number of seconds that is a step's multiple, short."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if value >= size and value % size == 0:
            return f"{value / size:g} {unit}"
    return f"{round(value, 3):g} s"


def moments(begin: float, end: float) -> Iterator[Tick]:
    """The marks of a scale of moments: days, or hours and minutes where it is short."""
    size = step(end - begin)
    at = (begin // size + 1) * size
    while at < end:
        yield Tick(share(at, begin, end), moment.date(at)[5:] if size >= DAY else moment.minute(at))
        at += size
