"""Debian packages that a host has fetched, kept for the hosts that come after.

A new host finds them in its own apt archive as hard links. So hosts share no directory and no lock, none needs a
proxy, and each may clean its archive without taking anything from the others.
"""

import os
from pathlib import Path

from . import places

ARCHIVE = Path("var/cache/apt/archives")


def lend(suite: str, upper: Path) -> None:
    """Everything that was ever fetched for the suite lies in the archive of a host that is not yet mounted."""
    archive = upper / ARCHIVE
    archive.mkdir(parents=True, exist_ok=True)
    _link(places.DEBS / suite, archive)


def gather(suite: str, upper: Path) -> None:
    """What the host fetched by itself is kept. apt gives a file its name when it is whole."""
    kept = places.DEBS / suite
    kept.mkdir(parents=True, exist_ok=True)
    _link(upper / ARCHIVE, kept)


def _link(source: Path, target: Path) -> None:
    for deb in source.glob("*.deb"):
        try:
            os.link(deb, target / deb.name)
        except (FileExistsError, FileNotFoundError):  # already there, or cleaned meanwhile
            continue
