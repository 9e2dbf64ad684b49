"""WAL segments and positions in the log (LSN), as PostgreSQL counts and names them.

A position is a number of bytes; a segment is its position divided by the size of segments. A name is 24 hexadecimal
digits: timeline, then the number in two parts that depend on the size. Source: PostgreSQL, xlog_internal.h.
"""

import re

from fleet.lsn import parse_lsn, show_lsn

__all__ = ["SIZES", "USUAL", "parse_lsn", "parse_name", "per_file", "show_lsn", "show_name", "size_of"]

NAME = re.compile(r"[0-9A-F]{24}")
SIZES = tuple(1 << bit for bit in range(20, 31))
"""The sizes that initdb can make, in bytes: 1 MB to 1 GB. All but everyone has 16 MB."""
USUAL = 1 << 24


def parse_name(name: str, size: int) -> tuple[int, int]:
    """(timeline, number) of a segment's name; raises ValueError."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a WAL segment")
    timeline, high, low = (int(name[at : at + 8], 16) for at in (0, 8, 16))
    return timeline, high * per_file(size) + low


def show_name(timeline: int, number: int, size: int) -> str:
    """The name of a segment."""
    high, low = divmod(number, per_file(size))
    return f"{timeline:08X}{high:08X}{low:08X}"


def per_file(size: int) -> int:
    """Segments in what PostgreSQL once called a log file: 4 GB."""
    return (1 << 32) // size


def size_of(name: str, position: int) -> int:
    """The size of segments in bytes, from one position and the name of the segment that it is in; 16 MB if many fit."""
    fitting = [size for size in SIZES if parse_name(name, size)[1] == position // size]
    if not fitting:
        raise ValueError(f"{show_lsn(position)} does not lie in {name}, whatever the size of segments")
    return USUAL if USUAL in fitting else fitting[0]
