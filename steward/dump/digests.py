"""Files by their hashes, read in pieces: memory does not grow with them."""

import hashlib
from pathlib import Path

from ..progress import Bar
from .manifest import File

PIECE = 1 << 20
"""Bytes that are read at once."""


def digest(path: Path, bar: Bar) -> File:
    """A file's size and SHA-256; raises `OSError`."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
            size += len(piece)
            bar.add(len(piece))
    return File(size, found.hexdigest())
