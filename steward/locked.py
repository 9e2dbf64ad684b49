"""One job of a kind at a time, and no trace of a killed one that is taken for a running one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOCKS = Path("/run/pgbackrest")
BUSY = 75
"""The exit code where the same job is under way: sysexits.h calls it EX_TEMPFAIL."""


class Busy(Exception):
    """The same job is under way."""


@contextmanager
def locked(name: str, directory: Path = LOCKS) -> Iterator[None]:
    """Holds the lock of this name, or raises `Busy` at once. The kernel lets go of it with the process."""
    with alone(directory / f"{name}.job", name):
        yield


@contextmanager
def alone(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The file, for one who writes behind its end; raises `Busy` at once where somebody else does."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(name) from None
        yield file


@contextmanager
def queued(name: str, directory: Path = LOCKS) -> Iterator[None]:
    """Holds the lock of this name, when those that came before have let go of it."""
    with (directory / f"{name}.job").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def held(name: str, directory: Path = LOCKS) -> bool:
    """Whether the job runs at this moment."""
    path = directory / f"{name}.job"
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
