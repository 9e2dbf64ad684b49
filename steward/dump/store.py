"""The dumps on this host's own disk: `<directory>/<cluster>/<id>/`.

A dump is there when its manifest is; it comes and goes by one rename, so that nobody ever sees half of one. What a
killed job left is told from what a running one writes by a lock, which the kernel lets go of with the last process.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fleet.problem import Problem, Refused

from ..cluster import Described, Dumps
from . import manifest, names, verified
from .manifest import Manifest
from .verified import Verified

PARTIAL = ".partial-"
DATA = {"directory": "data", "custom": "data.dump"}
"""What pg_dump writes, by its kind."""
GLOBALS = "globals.sql"


@dataclass(frozen=True)
class Dump:
    """A dump that is there. `verified`: what the last verification found; None where there was none."""

    directory: Path
    manifest: Manifest
    verified: Verified | None = None

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def data(self) -> Path:
        return self.directory / DATA[self.manifest.kind]

    @property
    def globals(self) -> Path:
        return self.directory / GLOBALS


def wanted(told: Described) -> Dumps:
    """What is declared of dumps; raises `Refused` where nothing is."""
    if told.dumps is None:
        hint = f"declare clusters.{told.cluster}.dumps in the environment, and deploy"
        raise Refused(told.cluster, [Problem("dumps", "are not declared here", hint)])
    return told.dumps


def place(told: Described) -> Path:
    """The directory of the cluster's dumps."""
    return wanted(told).directory / told.cluster


def dumps(told: Described) -> list[Dump]:
    """Those that are there and whose manifest can be read, oldest name first."""
    found = []
    for path in candidates(told):
        with suppress(Refused):
            found.append(opened(path))
    return found


def spoilt(told: Described) -> dict[str, str]:
    """Directories with a dump's name whose manifest cannot be read, and why."""
    found = {}
    for path in candidates(told):
        try:
            opened(path)
        except Refused as refusal:
            found[path.name] = "; ".join(f"{one.where} {one.what}" for one in refusal.problems)
    return found


def candidates(told: Described) -> Iterator[Path]:
    """The directories with a dump's name."""
    for path in sorted(place(told).glob("[0-9]*-*")):
        with suppress(Refused):
            names.name(path.name)
            yield path


def opened(directory: Path) -> Dump:
    """The dump in a directory, whatever it is called; raises `Refused` where there is none."""
    path = directory / manifest.FILE
    try:
        found = manifest.parse(path.read_bytes(), str(path))
    except OSError as error:
        what = f"cannot be read: {(error.strerror or 'no reason given').lower()}"
        hint = "a dump without a manifest does not exist: `steward dump list` shows those that there are"
        raise Refused(str(directory), [Problem(manifest.FILE, what, hint)]) from None
    if found.files is None:
        raise Refused(str(path), [Problem("files", "are missing: this is what lies beside a sealed dump", UNSEALED)])
    return Dump(directory, found, finding(directory))


UNSEALED = "fetch the dump, which unseals it: backup/fetch.py, or `steward dump fetch`"


def finding(directory: Path) -> Verified | None:
    """What the last verification found."""
    try:
        return verified.parse((directory / verified.FILE).read_bytes())
    except OSError:
        return None


def dump(told: Described, wanted: str) -> Dump:
    """The dump of this id; raises `Refused` with those that there are."""
    known = {one.id: one for one in dumps(told)}
    if wanted not in known:
        last = ", ".join(list(known)[-3:]) or "none"
        raise Refused(told.cluster, [Problem("dump", f"there is no {wanted} here", f"the last that are: {last}")])
    return known[wanted]


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """While this lasts the dump is not removed by another job; raises `Refused` where it just was."""
    gone = Refused(str(directory), [Problem("dump", "is not there any more", "the retention no longer kept it")])
    try:
        with held(directory, fcntl.LOCK_SH) as handle:
            if os.fstat(handle).st_ino != directory.stat().st_ino:
                raise gone
            yield
    except FileNotFoundError:
        if directory.exists():
            raise
        raise gone from None


@contextmanager
def held(directory: Path, how: int) -> Iterator[int]:
    """A lock on the directory itself; raises `BlockingIOError` where it was asked not to wait."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, how)
        yield handle
    finally:
        os.close(handle)


def remove(dump: Dump) -> bool:
    """Removes a dump, at once and whole; False where somebody reads it."""
    gone = dump.directory.with_name(f"{PARTIAL}{dump.directory.name}")
    try:
        with held(dump.directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
            dump.directory.rename(gone)
            clear(gone)
    except BlockingIOError:
        return False
    return True


def tidy(told: Described) -> list[str]:
    """Removes what jobs left that did not live to their end, and returns their names."""
    found = []
    for path in sorted(place(told).glob(f"{PARTIAL}*")):
        with suppress(BlockingIOError, FileNotFoundError), held(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            clear(path)
            found.append(path.name.removeprefix(PARTIAL))
    return found


def clear(directory: Path) -> None:
    """Removes a directory; its lock is held."""
    shutil.rmtree(directory)


def weight(directory: Path) -> int:
    """The bytes of all files below, of which some may just be going."""
    found = 0
    for path in directory.rglob("*"):
        with suppress(FileNotFoundError):
            found += path.stat().st_size
    return found


def sync(path: Path) -> None:
    """What the file or directory holds is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, text: str) -> None:
    """The file's whole text: all of it, on the disk, or what was there before."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync(path.parent)


def mark(dump: Dump, found: Verified) -> None:
    """Keeps what a verification found, beside the manifest."""
    write(dump.directory / verified.FILE, str(found))
