"""A dump's directory as one stream, and back: every file is compared with the manifest on either way."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

from fleet.problem import Problem, Refused

from .. import manifest, verified
from ..manifest import File, Manifest
from ..store import Dump

CHUNK = 1 << 20
MANY = 5  # problems that are told one by one
Add = Callable[[int], None]


class Spoilt(Refused):
    """A dump on this host is no longer what was dumped."""


class Tally:
    """A file that is read once, and what came by: bytes and their SHA-256."""

    def __init__(self, file: IO[bytes], add: Add) -> None:
        self.file, self._add = file, add
        self.size, self._sum = 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self._sum.update(data)
        self.size += len(data)
        self._add(len(data))
        return data

    @property
    def seen(self) -> File:
        return File(self.size, self._sum.hexdigest())


def pack(dump: Dump, out: IO[bytes], add: Add) -> None:
    """Writes the manifest and the files that it names; raises `Spoilt` for one that is no longer what it was."""
    with tarfile.open(fileobj=out, mode="w|", bufsize=CHUNK) as archive:
        text = (dump.directory / manifest.FILE).read_bytes()
        archive.addfile(member(manifest.FILE, len(text)), BytesIO(text))
        for path, wanted in (dump.manifest.files or {}).items():
            with (dump.directory / path).open("rb") as file:
                size, tally = (dump.directory / path).stat().st_size, Tally(file, add)
                if size == wanted.size:
                    archive.addfile(member(path, size), tally)
                if tally.seen != wanted:
                    hint = "this disk has damaged it: the next dump is a new one; look at the disk's own log"
                    what = f"{path} is not what was dumped"
                    raise Spoilt(str(dump.directory), [Problem(dump.id, what, hint)])


def member(path: str, size: int) -> tarfile.TarInfo:
    found = tarfile.TarInfo(path)
    found.size, found.mode = size, 0o600
    return found


def unpack(stream: IO[bytes], id: str, into: Path | None, add: Add) -> Manifest:
    """Reads the stream of the dump `id`, writes its files into the directory `into` where one is given, and returns its
    manifest; raises `Refused` with everything in it that is not as the manifest has it."""
    try:
        text, found = seen(stream, id, into, add)
    except (tarfile.TarError, EOFError) as error:
        raise damaged(id, f"breaks off: {error}") from None
    told = manifest.parse(text, f"{id}: {manifest.FILE}")
    problems = list(differences(id, told, found))
    if problems:
        raise Refused(id, problems)
    if into is not None:
        (into / manifest.FILE).write_bytes(text)
    return told


def seen(stream: IO[bytes], id: str, into: Path | None, add: Add) -> tuple[bytes, dict[str, File]]:
    """The manifest's text, and what the other files are."""
    text, found = b"", {}
    for path, file in members(stream, id):
        if path == manifest.FILE:
            text = file.read()
            continue
        tally = Tally(file, add)
        if into is None:
            copy(tally, None)
        else:
            place = into / path
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with place.open("xb") as out:
                copy(tally, out)
        found[path] = tally.seen
    return text, found


def members(stream: IO[bytes], id: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of the stream, by their names within the dump; restic puts the dump's own name before them."""
    with tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK) as archive:
        for one in archive:
            path = one.name.rpartition(f"{id}/")[2]
            if one.isfile() and path != verified.FILE:
                if not manifest.inside(path):
                    raise damaged(id, f"holds a file {one.name!r}, which would lie elsewhere")
                file = archive.extractfile(one)
                assert file
                yield path, file
            archive.members = []  # type: ignore[attr-defined] # or a million of tables stays in memory


def copy(tally: Tally, out: IO[bytes] | None) -> None:
    while data := tally.read(CHUNK):
        if out:
            out.write(data)


def differences(id: str, told: Manifest, found: dict[str, File]) -> Iterator[Problem]:
    """What a dump should hold and does not, or holds otherwise."""
    wanted = told.files or {}
    hint = "fetch it again, or take another dump: this one is damaged"
    if told.id != id:
        yield Problem(id, f"is the dump {told.id}", hint)
    bad = [path for path in sorted({*wanted, *found}) if wanted.get(path) != found.get(path)]
    for path in bad[:MANY]:
        what = "is missing" if path not in found else "is not of it" if path not in wanted else "is damaged"
        yield Problem(path, what, hint)
    if len(bad) > MANY:
        yield Problem("files", f"{len(bad) - MANY} more are not what they should be", hint)


def damaged(id: str, what: str) -> Refused:
    return Refused(id, [Problem("the dump", what, "fetch it again, or take another dump: this one is damaged")])
