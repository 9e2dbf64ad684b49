"""Whether a dump has room, before it is begun and while it is made: a full disk would stop more than the dump."""

import shutil
from pathlib import Path

from fleet.problem import Problem, Refused
from fleet.size import about

from .manifest import Manifest

MARGIN = 1.1
"""What a dump may be larger than the last one, its growth apart."""
UNKNOWN = 0.5
"""The size of a compressed dump beside its database's, at most, as long as none was made. An uncompressed one has no
indexes, but numbers as text: it is counted as the database."""


def expected(last: Manifest | None, database_size: int, compression: str) -> int:
    """Bytes that the next dump will have: the last one's, grown as the database has since."""
    if last is None:
        return int(database_size * (1 if compression == "none" else UNKNOWN))
    growth = max(1.0, database_size / last.database_size) if last.database_size else 1.0
    return int(last.size * growth * MARGIN)


def checked(directory: Path, needed: int, reserve: int) -> None:
    """Raises `Refused` where the disk has not so many bytes free, and the reserve besides."""
    free = shutil.disk_usage(directory).free
    if free < needed + reserve:
        besides = f" and {about(reserve)} that stay free" if reserve else ""
        what = f"has {about(free)} free, and the dump needs about {about(needed)}{besides}"
        hint = "a larger disk, or a retention that keeps less: `steward dump expire --dry` tells what would go"
        raise Refused("the dump", [Problem(str(directory), what, hint)])


def watched(directory: Path, reserve: int) -> None:
    """Raises `Refused` where less than the reserve is free now."""
    free = shutil.disk_usage(directory).free
    if free < reserve:
        what = f"has {about(free)} free, less than the {about(reserve)} that stay free"
        hint = "nothing of the dump was kept; what else grows on this disk? or declare a smaller reserve"
        raise Refused("the dump", [Problem(str(directory), what, hint)])
