"""Dumps in a restic repository, by the restic program (0.14 and newer): a snapshot each, with the dump's id as a tag.

restic encrypts, compares and deduplicates by itself; a snapshot is there when it is whole. What a verification found is
a tag, too, since a snapshot never changes.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

from ...cluster import Retention
from ...locked import Busy
from ...progress import Progress
from .. import manifest, names, store, verified
from .. import owner as owners
from ..manifest import Manifest
from ..owner import Owner
from ..verified import Verified
from .opener import Opener
from .tarball import unpack
from .target import Kept

OWN = "pgsteward"
MARK = "pgsteward-owner"
"""The tag of the snapshot that says whose the dumps are that have the cluster's."""
FOUND = re.compile(r"(sound|unsound)-(\d{1,12})")
LOOK = 120  # seconds; restic itself would go on asking a store that is away for a quarter of an hour
AT_ONCE = 4
INCOMPLETE, MISSING, LOCKED, WRONG_PASSWORD = 3, 10, 11, 12
"""restic's exit codes; those from 10 on only since 0.17."""
ABSENT = re.compile(r"unable to open config file: (?!.*bucket does not exist).*(does not exist|no such file)", re.I)
"""What it says before 0.17. It asks "Is there a repository …?" also where a store does not answer at all."""
BUSY = re.compile(r"repository is already locked|unable to create lock", re.I)
CLOSED = re.compile(r"wrong password or no key found", re.I)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot of a dump: restic's id, the dump's, and when it was made, as restic writes that."""

    id: str
    dump: str
    time: str
    tags: tuple[str, ...]

    @property
    def verified(self) -> Verified | None:
        """The newest finding among its tags."""
        found = [one for one in map(FOUND.fullmatch, self.tags) if one]
        last = max(found, key=lambda one: int(one[2]), default=None)
        return Verified(int(last[2]), last[1] == "sound") if last else None


@dataclass(frozen=True)
class Restic:
    """A repository. `environment`: what opens the place that it is in; `authority`: what that is verified by."""

    name: str
    retention: Retention
    cluster: str
    repository: str = field(repr=False)
    password: str = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    authority: str | None = None

    # --- whose it is

    def owner(self) -> Owner | None:
        found = self._marks() if self._exists() else []
        if not found:
            return None
        text = self._ask("dump", found[-1], f"/{owners.FILE}", timeout=LOOK)
        return owners.parse(text, f"{self.name}, {owners.FILE}")

    def own(self, owner: Owner) -> None:
        if not self._exists():
            self._make()
        old = self._marks()
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / owners.FILE).write_text(owner.text(), encoding="utf-8")
            words = ("--host", self.cluster, "--tag", MARK, "--tag", self.cluster, owners.FILE)
            with self._running("backup", "--quiet", *words, cwd=Path(directory)) as process:
                process.wait()
            self._judge(process)
        if old:
            self._ask("forget", *old)

    def _marks(self) -> list[str]:
        """The snapshots that say so, oldest first."""
        seen = json.loads(self._ask("snapshots", "--json", "--tag", f"{MARK},{self.cluster}", timeout=LOOK)) or []
        return [one["id"] for one in sorted(seen, key=lambda one: str(one["time"]))]

    # --- what is there

    def listed(self, known: Iterable[Kept] = ()) -> list[Kept]:
        before = {one.id: one.manifest for one in known}
        found = self._snapshots()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(lambda one: before.get(one.dump) or self._manifest(one), found.values()))
        return [Kept(one, of.verified, one.size) for of, one in zip(found.values(), told, strict=True) if one]

    def _snapshots(self) -> dict[str, Snapshot]:
        """Our snapshots by dump, of each the newest."""
        return {one.dump: one for one in self._every()}

    def _every(self) -> list[Snapshot]:
        """Our snapshots, oldest first; none where there is no repository yet."""
        if not self._exists():
            return []
        seen = json.loads(self._ask("snapshots", "--json", "--tag", f"{OWN},{self.cluster}", timeout=LOOK)) or []
        return sorted(filter(None, map(snapshot, seen)), key=lambda one: one.time)

    def _exists(self) -> bool:
        done = self._run("cat", "config", timeout=LOOK)
        if done.returncode and absent(done):
            return False
        self._judge(done)
        return True

    def _manifest(self, one: Snapshot) -> Manifest | None:
        try:
            found = manifest.parse(self._ask("dump", one.id, f"/{one.dump}/{manifest.FILE}"))
        except Refused:
            return None
        return found if found.id == one.dump else None

    def _of(self, id: str) -> Snapshot:
        """The snapshot of a dump that has to be there."""
        names.name(id)
        found = self._snapshots().get(id)
        if found is None:
            raise Refused(self.name, [Problem(id, "is not there", "list those that are there")])
        return found

    # --- on the way there, and back

    def send(self, directory: Path, staging: Path, progress: Progress) -> None:
        dump = store.opened(directory)
        if not self._exists():
            self._make()
        words = ["--json", "--host", self.cluster, "--exclude", verified.FILE]
        words += [word for tag in (OWN, self.cluster, dump.id) for word in ("--tag", tag)]
        with store.reading(directory), progress.of(f"{self.name}: {dump.id}", dump.manifest.size) as bar:
            with self._running("backup", *words, directory.name, cwd=directory.parent) as process:
                assert process.stdout
                made = ""
                for line in process.stdout:
                    said = message(line)
                    bar.reached(int(said.get("bytes_done", bar.done)))
                    made = said.get("snapshot_id", made)
            if process.returncode == INCOMPLETE and made:
                self._ask("forget", made)
            self._judge(process)

    def _make(self) -> None:
        """The repository is there, whoever made it."""
        done = self._run("init")
        if done.returncode and not self._exists():
            self._judge(done)

    def get(self, id: str, into: Path, opener: Opener | None, progress: Progress) -> Path:
        """Opened by the repository's own password; what arrived before is fetched again: restic writes one stream."""
        found, new = self._of(id), into / f".partial-{id}"
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._read(found, new, progress, f"fetching {id}")
        new.rename(into / id)
        return into / id

    def check(self, id: str, progress: Progress) -> list[str]:
        found = self._of(id)
        try:
            self._read(found, None, progress, f"reading {id} back")
        except Damaged as refusal:
            return [f"what lies at {self.name}: {one.where} {one.what}" for one in refusal.problems]
        return []

    def _read(self, found: Snapshot, into: Path | None, progress: Progress, what: str) -> None:
        """Every file of the dump, compared with its manifest; raises `Damaged` where one is not what it was."""
        told, failure = self._manifest(found), None
        with (
            progress.of(what, told.size if told else 0) as bar,
            self._running("dump", found.id, f"/{found.dump}") as process,
        ):
            assert process.stdout
            try:
                unpack(process.stdout, found.dump, into, bar.add)
                process.stdout.read()
            except Refused as refusal:  # where restic has failed, what it wrote breaks off
                failure = refusal
        if process.returncode > 0:
            said = complaint(process)
            if "hash" in said or "ciphertext" in said or "not found in index" in said or "invalid data" in said:
                raise Damaged(self.name, [Problem(found.dump, f"cannot be read: {said}", DAMAGED)])
            self._judge(process)
        if failure:
            raise Damaged(failure.source, failure.problems)

    # --- what becomes of it

    def mark(self, id: str, found: Verified) -> None:
        one = self._of(id)
        tag = f"{'sound' if found.sound else 'unsound'}-{found.at}"
        old = [other for other in one.tags if FOUND.fullmatch(other) and other != tag]
        self._ask("unlock")
        self._ask("tag", "--add", tag, one.id)
        if old:
            newest = self._of(id)
            self._ask("tag", *(word for other in old for word in ("--remove", other)), newest.id)

    def remove(self, id: str) -> bool:
        """Out of the list; `tidy` frees the room, of all that were removed at once."""
        found = [one.id for one in self._every() if one.dump == id]
        if found:
            self._ask("unlock")
            self._ask("forget", *found)
        return True

    def tidy(self, now: float) -> list[str]:
        """What is in no snapshot any more: of dumps that were removed, and of sendings that were interrupted. Locks go
        that nobody holds any more; restic tells them by their age and process."""
        if self._exists():
            self._ask("unlock")
            self._ask("prune")
        return []

    def forget(self, staging: Path, id: str) -> None:
        """Nothing of an interrupted sending is remembered here; `tidy` frees the room."""

    # --- the program

    def _ask(self, *words: str, timeout: int | None = None) -> str:
        """What restic prints; raises `Refused` where it fails."""
        done = self._run(*words, timeout=timeout)
        self._judge(done)
        return done.stdout.decode(errors="replace")

    def _run(self, *words: str, timeout: int | None = None) -> "subprocess.CompletedProcess[bytes]":
        with self._running(*words) as process:
            try:
                out, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                what = f"does not answer within {timeout} s"
                raise Refused(self.name, [Problem("restic", what, "is the place that it is in up?")]) from None
        return subprocess.CompletedProcess(words, process.returncode, out, process.said)  # type: ignore[attr-defined]

    @contextmanager
    def _running(self, *words: str, cwd: Path | None = None) -> Iterator["subprocess.Popen[bytes]"]:
        """restic. What opens the repository is in its environment, which nobody else can read."""
        command = ["restic", "--no-cache", *(("--cacert", self.authority) if self.authority else ()), *words]
        own = {"RESTIC_REPOSITORY": self.repository, "RESTIC_PASSWORD": self.password, "RESTIC_PROGRESS_FPS": "1"}
        given = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env={**given, "LC_ALL": "C.UTF-8", **self.environment, **own},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except FileNotFoundError:
                hint = "install the package restic; on hosts a deploy does"
                raise Refused(self.name, [Problem("restic", "is not installed", hint)]) from None
            with process:
                try:
                    yield process
                except BaseException:
                    process.kill()
                    raise
                finally:
                    if process.stdout:
                        process.stdout.close()
                    process.wait()
                    said.seek(0)
                    process.said = said.read(1 << 16)  # type: ignore[attr-defined]

    def _judge(self, done: Any) -> None:
        """Raises `Refused` where restic has failed, in a sentence without what opens the repository."""
        if not done.returncode:
            return
        text, code = complaint(done), done.returncode
        for value in (self.password, *self.environment.values()):
            text = text.replace(value, "···") if value else text
        text = re.sub(r"//[^/@\s]+@", "//···@", text)
        if code == LOCKED or BUSY.search(text):
            raise Busy(f"{self.name}: another restic's work on the repository")
        if code == WRONG_PASSWORD or CLOSED.search(text):
            what, hint = "the password does not open the repository", f"correct {self.cluster}/{self.name}/password"
        elif absent(done):
            what, hint = "there is no repository", "is the declared `repository` right? the first dump makes it"
        elif code == INCOMPLETE:
            what, hint = f"could not read all of the dump: {text}", "is the disk sound? the next sending begins anew"
        else:
            what, hint = text, "restic's own words; `restic check` with the same repository tells more"
        raise Refused(self.name, [Problem("restic", what, hint)])


DAMAGED = "take another dump, or another target's; `restic check --read-data` tells what else is damaged"


class Damaged(Refused):
    """What lies in the repository is not what was sent."""


def absent(done: Any) -> bool:
    """Whether restic failed because there is no repository."""
    return done.returncode == MISSING or bool(ABSENT.search(words_of(done)))


def snapshot(seen: Mapping[str, Any]) -> Snapshot | None:
    """A snapshot of ours, as restic lists it; None where no tag is a dump's name."""
    tags = tuple(seen.get("tags") or ())
    for tag in tags:
        try:
            names.name(tag)
        except Refused:
            continue
        return Snapshot(seen["id"], tag, seen["time"], tags)
    return None


def message(line: bytes) -> dict[str, Any]:
    """What restic says with --json; anything else is nothing."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def words_of(done: Any) -> str:
    said = getattr(done, "said", None) or getattr(done, "stderr", None) or b""
    return str(said.decode(errors="replace"))


def complaint(done: Any) -> str:
    """The line in which restic says why it has failed, without its first word."""
    lines = [line.strip() for line in words_of(done).splitlines() if line.strip()]
    fatal = [line.removeprefix("Fatal:").strip() for line in lines if line.startswith("Fatal:")]
    return (fatal or lines or [f"exit code {done.returncode}"])[0][:300]
