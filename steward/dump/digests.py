"""Files by their hashes, read in pieces: memory does not grow with them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from .manifest import File

Add = Callable[[int], None]
PIECE = 1 << 20
"""Bytes that are read at once."""


def digest(path: Path, add: Add = lambda _: None) -> File:
    """A file's size and SHA-256; `add` hears of the bytes as they are read. Raises `OSError`."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
            size += len(piece)
            add(len(piece))
    return File(size, found.hexdigest())
