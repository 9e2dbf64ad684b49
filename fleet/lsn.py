"""Positions in the log (LSN): a number of bytes, as PostgreSQL counts and writes it."""

import re


def parse_lsn(text: str) -> int:
    """Bytes of a position such as `0/3000148`; raises ValueError."""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}", text):
        raise ValueError(f"{text!r} is not a position in the log such as 0/3000148")
    high, low = text.split("/")
    return (int(high, 16) << 32) | int(low, 16)


def show_lsn(position: int) -> str:
    """The position as PostgreSQL writes it: `0/3000148`."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
