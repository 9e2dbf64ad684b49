"""Debian packages that a host has fetched, kept for the hosts that come after.

A new host finds them in its own apt archive, below what it writes itself. So hosts share no directory and no
lock, none needs a proxy, and each may clean its archive without taking anything from the others.
"""

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

from . import places

ARCHIVE = Path("var/cache/apt/archives")


def lend(suite: str, archive: Path) -> None:
    """Everything that was ever fetched for the suite lies in the archive, as hard links."""
    for deb in (places.DEBS / suite).glob("*.deb"):
        os.link(deb, archive / deb.name)


def gather(suite: str, archive: Path) -> None:
    """What a host fetched by itself is kept. apt gives a file its name when it is whole, and so does this."""
    kept = places.DEBS / suite
    kept.mkdir(parents=True, exist_ok=True)
    for deb in archive.glob("*.deb"):
        if not (kept / deb.name).exists():
            _keep(deb, kept)


def _keep(deb: Path, kept: Path) -> None:
    with NamedTemporaryFile(dir=kept) as copy:
        try:
            shutil.copyfile(deb, copy.name)
            os.link(copy.name, kept / deb.name)
        except (FileExistsError, FileNotFoundError):  # another host was first, or this one cleans its archive
            return
