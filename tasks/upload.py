"""A directory of this machine as a command's standard input: the one way to a host on which nobody else can look in.

pyinfra would put files where others on the host can read them for a moment, and read a text as a whole.
"""

import tarfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 3 << 16
"""Bytes that are read at once; base64 makes four letters of three."""


class Lines(tuple[str, ...]):
    """Standard input in lines that are made while they are sent: pyinfra goes through a tuple one by one."""

    def __bool__(self) -> bool:
        return True


class Upload(Lines):
    """A directory of this machine as a tar archive, in base64."""

    directory: Path

    def __new__(cls, directory: Path) -> "Upload":
        made = super().__new__(cls)
        made.directory = directory
        return made

    def __iter__(self) -> Iterator[str]:
        waiting = b""
        for part in archive(self.directory):
            waiting += part
            while len(waiting) >= CHUNK:
                yield b64encode(waiting[:CHUNK]).decode()
                waiting = waiting[CHUNK:]
        if waiting:
            yield b64encode(waiting).decode()


def archive(directory: Path) -> Iterator[bytes]:
    """The bytes of the archive: what lies in the directory, by its names there, and of nobody in particular."""
    for path in sorted(directory.rglob("*")):
        head = tarfile.TarInfo(str(path.relative_to(directory)))
        if path.is_dir():
            head.type, head.mode = tarfile.DIRTYPE, 0o700
            yield head.tobuf(tarfile.PAX_FORMAT)
        elif path.is_file():
            with path.open("rb") as file:
                head.size, head.mode = path.stat().st_size, 0o600
                yield head.tobuf(tarfile.PAX_FORMAT)
                yield from content(file, head.size)
    yield b"\0" * tarfile.BLOCKSIZE * 2


def content(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The file's bytes, as many as were announced, and what fills the last block."""
    left = size
    while left:
        read = file.read(min(left, CHUNK))
        if not read:
            raise OSError(f"{file.name} became shorter while it was read")
        left -= len(read)
        yield read
    yield b"\0" * (-size % tarfile.BLOCKSIZE)
