"""Who may work on something now: one at a time, and a process that dies lets go."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import LOCKS


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Waits until nobody else holds the lock called `name`, and removes its file when it is let go."""
    LOCKS.mkdir(parents=True, exist_ok=True)
    path = LOCKS / name
    descriptor = _hold(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _hold(path: Path) -> int:
    """A lock on the file that is at `path` now: whoever held it before us has removed theirs."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)
