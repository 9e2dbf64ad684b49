"""A dump as one file that only the holders of the private keys can open. The host that sealed it cannot.

It is sealed once, on the host's own disk, for every object store: what goes there, and is sent again after an
interruption, has to be the same byte for byte.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from fleet.problem import Problem, Refused
from fleet.size import about

from ... import progress
from ...locked import queued
from .. import store
from ..manifest import Manifest, Sealed
from ..store import Dump
from .opener import Opener
from .tarball import CHUNK, Add, pack, unpack

LOCK = "seal"
NEW = ".new"
HOME = "gpg-"
SPARE = 1.02
"""What sealing adds, at most: age 16 bytes to 64 kB, tar 1 kB to a file."""


@dataclass(frozen=True)
class Seal:
    """To whom: recipients of age, or public keys of GnuPG in ASCII armor; one kind of them."""

    age: tuple[str, ...] = ()
    gpg: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        return "age" if self.age else "gpg"

    @property
    def name(self) -> str:
        """What a sealed dump is called at a target."""
        return f"dump.tar.{self.suffix}"

    @property
    def fingerprint(self) -> str:
        """Tells one set of recipients from another."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()

    @contextmanager
    def command(self, staging: Path) -> Iterator[list[str]]:
        """The program that seals what it reads."""
        if self.age:
            yield ["age", "--encrypt", *(word for one in self.age for word in ("--recipient", one))]
            return
        with tempfile.TemporaryDirectory(prefix=HOME, dir=staging) as home:
            words = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-tty", "--trust-model", "always"]
            words += ["--compress-algo", "none"]  # pg_dump has done that
            for number, key in enumerate(self.gpg):
                (Path(home) / f"{number}.asc").write_text(key, encoding="utf-8")
                words += ["--recipient-file", f"{home}/{number}.asc"]
            yield [*words, "--output", "-", "--encrypt"]


def place(staging: Path, id: str, seal: Seal) -> Path:
    return staging / f"{id}.tar.{seal.suffix}"


def sealed(dump: Dump, staging: Path, seal: Seal, reserve: int, shown: progress.Progress) -> tuple[Path, Sealed]:
    """The sealed dump and what it is; sealed anew unless it lies in `staging` as it was sealed before."""
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place(staging, dump.id, seal)
    with queued(LOCK, staging):
        found = before(path, seal)
        if found is None:
            room(dump, staging, reserve)
            with store.reading(dump.directory), shown.of(f"sealing {dump.id}", dump.manifest.size) as bar:
                found = made(dump, path, seal, bar.add)
    return path, found


def before(path: Path, seal: Seal) -> Sealed | None:
    """What was sealed here, if it still is what it was, and is for the same recipients."""
    try:
        told = json.loads(note(path).read_text(encoding="utf-8"))
        wanted = Sealed(told["name"], told["size"], told["sha256"])
        same = told["to"] == seal.fingerprint and path.stat().st_size == wanted.size
        return wanted if same and sum_of(path) == wanted.sha256 else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(path: Path) -> Path:
    """What is known of a sealed file."""
    return path.with_name(f"{path.name}.json")


def made(dump: Dump, path: Path, seal: Seal, add: Add) -> Sealed:
    """Seals the dump; on a full disk, or where the program fails, nothing is left of it."""
    new = path.with_name(f"{path.name}{NEW}")
    try:
        with seal.command(path.parent) as command, new.open("wb") as out:
            digest, size = piped(command, dump, out, add)
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
        found = Sealed(seal.name, size, digest)
        store.write(note(path), json.dumps({**asdict(found), "to": seal.fingerprint}))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        hint = "make room: nothing of it was left here, and the next sending begins with it"
        raise Refused(str(path.parent), [Problem(dump.id, "does not fit on this disk sealed", hint)]) from None
    finally:
        new.unlink(missing_ok=True)
    return found


def piped(command: list[str], dump: Dump, out: IO[bytes], add: Add) -> tuple[str, int]:
    """Runs the dump's files through the program into `out`; SHA-256 and bytes of what it wrote."""
    digest, size, failures = hashlib.sha256(), 0, []

    def feed(into: IO[bytes]) -> None:
        try:
            with into:
                pack(dump, into, add)
        except BrokenPipeError:  # the program has ended, and says why
            pass
        except BaseException as error:
            failures.append(error)

    with running(command, subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        feeder = threading.Thread(target=feed, args=(process.stdin,))
        feeder.start()
        try:
            while data := process.stdout.read(CHUNK):
                out.write(data)
                digest.update(data)
                size += len(data)
        except BaseException:
            process.kill()
            raise
        finally:
            feeder.join()
        if failures:
            process.kill()
            raise failures[0]
    if process.returncode:
        hint = "are the `encryption`'s recipients right? correct them in the environment file, and deploy"
        raise Refused(dump.id, [Problem(command[0], f"does not seal: {complaint(process)}", hint)])
    return digest.hexdigest(), size


def unsealed(path: Path, outside: Manifest, into: Path, opener: Opener | None, add: Add) -> None:
    """The sealed dump's files in the directory `into`, every sum compared."""
    failure = None
    with running(fit(outside, opener).command(path), subprocess.DEVNULL) as process:
        assert process.stdout
        try:
            unpack(process.stdout, outside.id, into, add)
            process.stdout.read()
        except Refused as refusal:  # where the program has failed, what it wrote breaks off
            failure = refusal
        except BaseException:
            process.kill()
            raise
    if process.returncode > 0:
        raise closed(outside, process, opener)
    if failure:
        raise failure


def knock(path: Path, outside: Manifest, opener: Opener | None) -> None:
    """Raises `Refused` where the key is not for what begins so, before all of it has been fetched."""
    with running(fit(outside, opener).command(path), subprocess.DEVNULL) as process:
        assert process.stdout
        opened = bool(process.stdout.read(1))
    if not opened:
        raise closed(outside, process, opener)


def closed(outside: Manifest, process: Any, opener: Opener | None) -> Refused:
    what = f"is not opened by {opener.said if opener else 'no key'}: {complaint(process)}"
    hint = "is it the private key of one of those it was sealed to?"
    return Refused(outside.id, [Problem("the sealed dump", what, hint)])


def fit(outside: Manifest, opener: Opener | None) -> Opener:
    """The opener; raises `Refused` where it is not for what was sealed."""
    suffix = outside.sealed.name.rpartition(".")[2] if outside.sealed else ""
    if opener is None or suffix != opener.suffix:
        hint = "name a file of identities of age" if suffix == "age" else "name a home directory of GnuPG"
        raise Refused(outside.id, [Problem("the key", f"is missing: the dump was sealed with {suffix}", hint)])
    return opener


@contextmanager
def running(command: list[str], stdin: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The program; what it complains of is kept for `complaint`. Raises `Refused` where it is not installed."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=said)
        except FileNotFoundError:
            hint = f"install the package {command[0]}; on hosts a deploy does"
            raise Refused(command[0], [Problem(command[0], "is not installed", hint)]) from None
        with process:
            try:
                yield process
            finally:
                if process.stdout:
                    process.stdout.close()
                process.wait()
                said.seek(0)
                process.said = said.read(4096).decode(errors="replace")  # type: ignore[attr-defined]


def complaint(process: Any) -> str:
    """The first line of what the program complained of."""
    lines = [line.strip() for line in getattr(process, "said", "").splitlines() if line.strip()]
    return lines[0][:200] if lines else f"exit code {process.returncode}"


def room(dump: Dump, staging: Path, reserve: int) -> None:
    """Raises `Refused` where the sealed dump would not fit beside what has to stay free."""
    needed, free = int(dump.manifest.size * SPARE) + reserve, shutil.disk_usage(staging).free
    if free < needed:
        what = f"is not sealed: {about(free)} are free, and {about(needed)} are needed"
        raise Refused(str(staging), [Problem(dump.id, what, "make room, or lower the `reserve` of `dumps`")])


def sum_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()
