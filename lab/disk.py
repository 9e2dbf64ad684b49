"""A host's data disk: a file of limited size with a filesystem of its own, so that it can be full or lose power."""

import fcntl
import os
import struct
from pathlib import Path

from .shell import attempt, run

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
WITHOUT_FLUSH = struct.pack("I", 2)
FILLER = "lab.fill"


def make(image: Path, size: int) -> None:
    """A sparse file with an empty filesystem; the last percent is not root's alone."""
    with image.open("wb") as file:
        file.truncate(size)
    run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", str(image))


def mount(image: Path, at: Path) -> None:
    """The disk is in its place; after a power cut this replays the journal."""
    at.mkdir(exist_ok=True)
    if not at.is_mount():
        run("mount", "-o", "loop", str(image), str(at))


def cut_power(at: Path) -> None:
    """From now on nothing reaches the disk: what was not synced is lost, as it is when the power fails."""
    if not at.is_mount():
        return
    descriptor = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(descriptor, SHUTDOWN, WITHOUT_FLUSH)
    except OSError:  # a filesystem that has already been shut down
        pass
    finally:
        os.close(descriptor)


def unmount(image: Path, at: Path) -> None:
    """The disk is out of its place, and no loop device holds it."""
    while at.is_mount():
        run("umount", str(at))
    for line in attempt("losetup", "--associated", str(image)).stdout.splitlines():
        attempt("losetup", "--detach", line.split(":")[0])


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
