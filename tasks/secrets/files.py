"""Files that hold secrets: readable by their owner alone, outside git, replaced in one step."""

import fcntl
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from fleet.problem import Problem, Refused


def guarded(path: Path) -> bytes | None:
    """What is in the file, None where there is none; raises `Refused` if anybody else can read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise refusal(path, f"cannot be read: {reason}", "let the file belong to you") from None
    try:
        _private(path, os.fstat(descriptor).st_mode)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read()
    finally:
        os.close(descriptor)


def _private(path: Path, mode: int) -> None:
    """Raises `Refused` unless the mode is that of a file that only its owner can read and write."""
    if not stat.S_ISREG(mode):
        raise refusal(path, "is not a file", "name a file of its own")
    if mode & 0o077:
        hint = f"chmod 600 {path}; if others have read it, replace what is in it"
        raise refusal(path, f"can be read by others (its mode is {stat.S_IMODE(mode):04o})", hint)


def outside_git(path: Path) -> None:
    """Raises `Refused` if git has the file, or would take it with the next `git add .`"""
    untracked(path)
    place = path.resolve()
    inside = git(place, "rev-parse", "--is-inside-work-tree") == 0
    if inside and git(place, "check-ignore", "-q", "--", place.name) == 1:
        raise refusal(path, "is not ignored by git", f"add {path.parent.name}/ to .gitignore")


def untracked(path: Path) -> None:
    """Raises `Refused` if git has the file."""
    place = path.resolve()
    if git(place, "ls-files", "--error-unmatch", "--", place.name) == 0:
        hint = f"git rm --cached {path}, and replace what is in it: it is in the history, and in every clone"
        raise refusal(path, "is in git", hint)


def git(place: Path, *arguments: str) -> int:
    """The exit code of a git command beside `place`; 128 where there is no git, or no such folder."""
    if not place.parent.is_dir():
        return 128
    options = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", str(place.parent))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *options, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            check=False,
        )
    except OSError:
        return 128
    return done.returncode


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One writer at a time in the file's folder, which is made if it is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(path: Path, content: bytes) -> None:
    """The file holds `content`; never half of it, and never readable by others, whatever the umask."""
    place = path.resolve()
    new = place.with_name(f".{place.name}.{token_hex(8)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def refusal(path: Path, what: str, hint: str) -> Refused:
    return Refused("secrets", [Problem(str(path), what, hint)])
