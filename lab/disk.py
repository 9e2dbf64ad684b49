"""Disks: files of limited size with a filesystem of their own, so that one can be full or lose power.

A host has two, one for what it writes anywhere and one for data. They are mounted where only the host sees them;
here they are reached through its nspawn's eyes.
"""

import fcntl
import os
import struct
import time
from contextlib import suppress
from pathlib import Path

from .shell import Trouble, run

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
WITHOUT_FLUSH = struct.pack("I", 2)
FILLER = "lab.fill"
PATIENCE = 20  # seconds that a disk may take to come loose


def make(image: Path, size: int, like: Path | None = None) -> None:
    """A sparse file with an empty filesystem, of which root keeps nothing for itself. `like`: a directory whose owner
    is the owner of its top, too, if it is there."""
    owner = like.stat() if like and like.is_dir() else None
    top = f",root_owner={owner.st_uid}:{owner.st_gid}" if owner else ""
    with image.open("wb") as file:
        file.truncate(size)
    run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", f"nodiscard{top}", str(image))


def cut_power(at: Path) -> None:
    """From now on nothing reaches the disk: what was not synced is lost, as it is when the power fails."""
    with suppress(OSError):  # it has been shut down before, or came loose meanwhile
        descriptor = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, WITHOUT_FLUSH)
        finally:
            os.close(descriptor)


def release(directory: Path) -> None:
    """Returns when nothing mounts a disk of the directory any more; unmounts what somebody mounted to look at it."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if mount.startswith(f"{directory}/")]):
        run("umount", mount)
    until = time.monotonic() + PATIENCE
    while held := _held(directory):
        if time.monotonic() > until:
            raise Trouble(f"{', '.join(held)} still holds a disk of {directory.name}", "does a shell stand in it?")
        time.sleep(0.01)


def _held(directory: Path) -> list[str]:
    """The loop devices that hold files in the directory."""
    held = []
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):
            if backing.read_text().startswith(f"{directory}/"):
                held.append(backing.parts[3])
    return held


def fill(at: Path) -> None:
    """Not a block is free any more."""
    with (at / FILLER).open("ab") as file:
        block = os.statvfs(at).f_frsize
        while free := os.statvfs(at).f_bavail:
            if not _take(file.fileno(), free * block, block):
                break


def _take(file: int, wanted: int, block: int) -> bool:
    """Whether the file has grown by as much of `wanted` bytes as there is to have."""
    while wanted >= block:
        try:
            os.posix_fallocate(file, os.fstat(file).st_size, wanted)
        except OSError:
            wanted //= 2
        else:
            return True
    return False


def unfill(at: Path) -> None:
    (at / FILLER).unlink(missing_ok=True)
