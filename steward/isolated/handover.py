"""Files change hands: what postgres owns becomes a user's that is nobody else, and goes.

Root works below a directory that postgres can write, so every step is a descriptor: nothing is followed, and nothing
changes hands but a directory or a file of postgres's own that has no second name. A link stays whose it is.
"""

import os
import re
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fleet.problem import Problem, Refused

PLAIN = re.compile(r"[A-Za-z0-9._~/-]+")
SHORT_LIVED = range(61184, 65520)
"""The users that systemd makes for as long as a service lives."""


@dataclass(frozen=True)
class Hands:
    """From whom, by number of the user, to whom, by those of user and group."""

    keeper: int
    user: int
    group: int


@contextmanager
def opened(name: str, place: int, how: int = os.O_PATH) -> Iterator[int]:
    """The entry of a directory itself, whatever it is."""
    handle = os.open(name, how | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
    try:
        yield handle
    finally:
        os.close(handle)


def take(place: int, name: str, hands: Hands) -> None:
    """The directory of this name with all that is in it is the user's; raises `Refused` where something else is."""
    try:
        with opened(name, place, os.O_RDONLY | os.O_DIRECTORY) as handle:
            give(handle, name, hands)
            for each in os.listdir(handle):  # noqa: PTH208
                inside(handle, each, hands)
    except NotADirectoryError:
        raise strange(name, "is no directory") from None


def inside(place: int, name: str, hands: Hands) -> None:
    """One entry of a directory that was taken."""
    with opened(name, place) as handle:
        kind = stat.S_IFMT(os.fstat(handle).st_mode)
        if kind == stat.S_IFREG:
            give(handle, name, hands)
        elif kind not in (stat.S_IFDIR, stat.S_IFLNK):
            raise strange(name, "is neither a file nor a directory")
    if kind == stat.S_IFDIR:
        take(place, name, hands)


def give(handle: int, name: str, hands: Hands) -> None:
    """One file or directory changes hands."""
    seen = os.fstat(handle)
    if seen.st_uid == hands.user:
        return
    if seen.st_uid != hands.keeper:
        raise strange(name, f"belongs to the user {seen.st_uid}")
    if stat.S_ISREG(seen.st_mode) and seen.st_nlink != 1:
        raise strange(name, "has a second name")
    os.chown(f"/proc/self/fd/{handle}", hands.user, hands.group)


def clear(place: int, names: Sequence[str]) -> None:
    """Removes those directories that were handed over; `rm` follows no link either, and leaves what is mounted."""
    gone = [name for name in names if handed(place, name)]
    if gone:
        command = ["rm", "-rf", "--one-file-system", "--", *gone]
        subprocess.run(command, cwd=f"/proc/{os.getpid()}/fd/{place}", check=True, capture_output=True)


def handed(place: int, name: str) -> bool:
    """Whether it belongs to a user that a service had."""
    try:
        with opened(name, place) as handle:
            return os.fstat(handle).st_uid in SHORT_LIVED
    except FileNotFoundError:
        return False


def where(place: int) -> Path:
    """The path of a directory, for systemd to show the user what is below it; raises `Refused` where systemd would read
    more than one path in it: postgres has chosen the name."""
    path = Path(f"/proc/self/fd/{place}").readlink()
    if not PLAIN.fullmatch(str(path)):
        what = "has a name with other than letters, digits, `.`, `_`, `~` and `-`"
        raise Refused("the isolated server", [Problem(str(path), what, "choose another directory for it")])
    return path


def strange(name: str, what: str) -> Refused:
    hint = "look who has put it there: a server that was made for this holds nothing of the kind"
    return Refused("the isolated server", [Problem(name, what, hint)])
