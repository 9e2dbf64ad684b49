"""Where a drill's server lives: one directory a cluster, with nothing in it that production needs.

What a drill that was killed has left there is removed by whatever comes next, its server first; what no drill has made
never is. The locks of pgBackRest lie inside, so that an operator's own restore never waits for a drill.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..isolated import asked
from ..restore.instance import Instance

MARK = "pgsteward-drill"
"""The file by which a drill knows what is its own to remove."""


def root(told: Described) -> "Path | None":
    """The directory of this cluster's drills; None where none were declared."""
    return Path(told.drills["directory"]) / told.cluster if told.drills else None


def tidy(told: Described) -> None:
    """Stops and removes what is left of a drill; raises `Refused` where something else is in its place."""
    place = root(told)
    if place is None or not place.exists():
        return
    if any(place.iterdir()) and not (place / MARK).exists():
        hint = "declare another drills.directory, or move it away: a drill removes whatever is in its place"
        raise Refused("the drill", [Problem(str(place), "is there, and no drill has made it", hint)])
    for data in (place / "data", place / "data" / "data"):
        Instance(told, data, 0).kill()
    for one in (place, place / "data"):  # a recovery's, and one that a dump was restored into
        with suppress(FileNotFoundError):
            asked.clear(one)
    for path in place.iterdir():
        if path.name != MARK:  # which goes last
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(place)


def made(place: Path) -> Path:
    """The empty data directory; raises `Refused` where it cannot be made."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / MARK).touch()
        (place / "lock").mkdir(mode=0o700)
        (place / "data").mkdir(mode=0o700)
    except OSError as error:
        what = f"cannot be made: {(error.strerror or 'no reason given').lower()}"
        hint = f"make {place.parent}, owned by postgres, or declare another drills.directory"
        raise Refused("the drill", [Problem(str(place), what, hint)]) from None
    return place / "data"


def free(place: Path) -> tuple[int, int]:
    """Free and all bytes of the filesystem that the directory is, or will be, on."""
    there = next(parent for parent in (place, *place.parents) if parent.exists())
    seen = os.statvfs(there)
    return seen.f_bavail * seen.f_frsize, seen.f_blocks * seen.f_frsize
