"""Dumps in a bucket: `<prefix><cluster>/<id>/`, each sealed, its manifest beside it and written last.

Only what bears a dump's name is touched; whatever else lies in the bucket is somebody else's.
"""

import hashlib
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from fleet.problem import Problem, Refused

from ...cluster import Retention
from ...locked import alone
from ...progress import Progress
from ...s3.bucket import Bucket
from ...s3.client import Client, Patience, sum_of
from ...s3.trouble import Trouble
from .. import manifest, names, store, verified
from .. import owner as owners
from ..digests import Add, digest
from ..manifest import Manifest, Sealed
from ..owner import Owner
from ..verified import Verified
from . import seal as seals
from .opener import Opener
from .seal import Seal
from .tarball import CHUNK
from .target import Kept
from .upload import Upload, forget, remembered

LOOK = Patience(connect=5, read=20, attempts=3)
MOVE = Patience(connect=10, read=60, attempts=8)
TRIES, PAUSE, LONGEST = 8, 1.0, 20.0
"""How often a download goes on that breaks off without a byte; seconds before it does at first, and later."""
AT_ONCE = 8
BEGINNING = 256 << 10
OURS = (manifest.FILE, verified.FILE, "dump.tar.age", "dump.tar.gpg")
"""In the order in which they go: without its manifest a dump does not exist."""
ABANDONED = 7 * 86400


@dataclass(frozen=True)
class Lock:
    """Object lock: nobody deletes a dump before so many days are over."""

    mode: str
    days: int


@dataclass(frozen=True)
class Options:
    """What objects are made with. None: as the bucket has it."""

    storage_class: str | None = None
    server_side_encryption: str | None = None
    kms_key: str | None = None
    lock: Lock | None = None

    def of(self, file: str, now: float) -> dict[str, Any]:
        """boto3's words. Small files stay in the bucket's own class of storage, where others cost more; what a
        verification found is replaced by the next, and so it is not locked."""
        found: dict[str, Any] = {"ServerSideEncryption": self.server_side_encryption, "SSEKMSKeyId": self.kms_key}
        if file not in (manifest.FILE, verified.FILE):
            found["StorageClass"] = self.storage_class
        if self.lock and file != verified.FILE:
            until = datetime.fromtimestamp(now, timezone.utc) + timedelta(days=self.lock.days)
            found |= {"ObjectLockMode": self.lock.mode.upper(), "ObjectLockRetainUntilDate": until}
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True)
class Object:
    """What a listing says of an object."""

    key: str
    size: int
    changed: float


Objects = Mapping[str, Object]
"""By their names within the dump."""


@dataclass(frozen=True)
class S3:
    """A bucket. `reserve`: the bytes that stay free on the disk on which dumps are sealed."""

    name: str
    retention: Retention
    bucket: Bucket
    seal: Seal
    options: Options = Options()
    reserve: int = 0

    @cached_property
    def _look(self) -> Client:
        return Client(self.bucket, LOOK)

    @cached_property
    def _move(self) -> Client:
        return Client(self.bucket, MOVE)

    # --- whose it is

    def owner(self) -> Owner | None:
        key = f"{self.bucket.prefix}{owners.FILE}"
        with self._refusing():
            try:
                body = self._look.ask("reading", "get_object", Key=key)["Body"]
            except Trouble as trouble:
                if trouble.answer in ("404", "NoSuchKey"):
                    return None
                raise
            return owners.parse(self._look.read("reading", body), f"{self.name}, {key}")

    def own(self, owner: Owner) -> None:
        """Not locked: a place may change hands."""
        body, options = owner.text().encode(), self.options.of(verified.FILE, 0)
        more = {"ContentType": "application/json", "ContentMD5": sum_of(body), **options}
        with self._refusing():
            self._look.ask("writing", "put_object", Key=f"{self.bucket.prefix}{owners.FILE}", Body=body, **more)

    # --- what is there

    def listed(self, known: Iterable[Kept] = ()) -> list[Kept]:
        before = {one.id: one.manifest for one in known}
        with self._refusing():
            found = self._objects()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                kept = list(pool.map(lambda one: self._kept(one, found[one], before.get(one)), found))
        return [one for one in kept if one]

    def _objects(self, id: str = "") -> dict[str, dict[str, Object]]:
        """Our objects, of all dumps or of one."""
        found: dict[str, dict[str, Object]] = {}
        prefix = f"{self.bucket.prefix}{id}{'/' if id else ''}"
        for one in self._look.pages("listing", "list_objects_v2", "Contents", Prefix=prefix):
            if named := self._named(one["Key"]):
                seen = Object(one["Key"], one["Size"], one["LastModified"].timestamp())
                found.setdefault(named[0], {})[named[1]] = seen
        return found

    def _named(self, key: str) -> tuple[str, str] | None:
        """The dump, and the name of one of its objects; None for what is not ours."""
        id, _, file = key.removeprefix(self.bucket.prefix).partition("/")
        try:
            names.name(id)
        except Refused:
            return None
        return (id, file) if key.startswith(self.bucket.prefix) and file in OURS else None

    def _kept(self, id: str, objects: Objects, known: Manifest | None) -> Kept | None:
        """The dump, where it is whole."""
        told = known if known and whole(id, known, objects) else self._told(id, objects)
        if told is None:
            return None
        proof = verified.parse(self._read(id, verified.FILE)) if verified.FILE in objects else None
        return Kept(told, proof, sum(one.size for one in objects.values()))

    def _told(self, id: str, objects: Objects) -> Manifest | None:
        """The manifest that lies beside what is sealed; None where the dump is not whole."""
        if manifest.FILE not in objects:
            return None
        try:
            told = manifest.parse(self._read(id, manifest.FILE))
        except Refused:
            return None
        return told if whole(id, told, objects) else None

    def _outside(self, id: str) -> tuple[Manifest, Sealed]:
        """The same, of a dump that has to be there."""
        names.name(id)
        told = self._told(id, self._objects(id).get(id, {}))
        if told is None or told.sealed is None:
            hint = "one that is not whole does not exist: list those that are there"
            raise Refused(self.name, [Problem(id, "is not there", hint)])
        return told, told.sealed

    def _read(self, id: str, file: str) -> bytes:
        answer = self._look.ask("reading", "get_object", Key=self._key(id, file))
        return self._look.read("reading", answer["Body"])

    def _key(self, id: str, file: str) -> str:
        return f"{self.bucket.prefix}{id}/{file}"

    def _head(self, key: str) -> Any:
        """What the store tells of an object; None where there is none."""
        try:
            return self._look.ask("reading", "head_object", Key=key)
        except Trouble as trouble:
            if trouble.answer in ("404", "NoSuchKey"):
                return None
            raise

    # --- on the way there

    def send(self, directory: Path, staging: Path, progress: Progress) -> None:
        dump = store.opened(directory)
        path, sealed = seals.sealed(dump, staging, self.seal, self.reserve, progress)
        with self._refusing(), progress.of(f"{self.name}: {dump.id}", sealed.size) as bar:
            self._bring(dump.id, path, sealed, self.memory(staging, dump.id), bar.add)
            self._put(dump.id, manifest.FILE, str(dump.manifest.outside(sealed)))
        self.memory(staging, dump.id).unlink(missing_ok=True)

    def memory(self, staging: Path, id: str) -> Path:
        """What is remembered of an upload that is under way."""
        return staging / f"{id}.{self.name}.upload"

    def _bring(self, id: str, path: Path, sealed: Sealed, memory: Path, add: Add) -> None:
        """The sealed dump lies there, compared with what was sent."""
        key = self._key(id, sealed.name)
        upload = Upload(self._move, key, path, sealed.sha256, memory)
        if upload.begun and self._arrived(key, sealed, upload):
            return
        upload.run(self.options.of(sealed.name, time.time()), add)
        if not self._arrived(key, sealed, upload):
            self._erase([key])
            memory.unlink(missing_ok=True)
            hint = "what stands between this host and the store? the next sending begins anew"
            raise Trouble("refused", f"holds something else than what was sent of {id}", hint)

    def _arrived(self, key: str, sealed: Sealed, upload: Upload) -> bool:
        """Whether the store has the object as it was sent: by the sum that it tells, or, where that is of another
        kind (with keys of KMS, and with some stores), by reading it back."""
        told = self._head(key)
        if told is None or told["ContentLength"] != sealed.size:
            return False
        return told["ETag"].strip('"') == upload.etag or self._sum(key, sealed.size) == sealed.sha256

    def _put(self, id: str, file: str, text: str) -> None:
        body = text.encode()
        more = {"ContentType": "application/json", "ContentMD5": sum_of(body), **self.options.of(file, time.time())}
        self._move.ask("writing", "put_object", Key=self._key(id, file), Body=body, **more)

    # --- on the way back

    def get(self, id: str, into: Path, opener: Opener | None, progress: Progress) -> Path:
        with self._refusing():
            outside, sealed = self._outside(id)
        seals.fit(outside, opener)
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, new = into / f".partial-{id}.{sealed.name}", into / f".partial-{id}"
        with alone(path, path.name) as file:
            with self._refusing(), progress.of(f"fetching {id}", sealed.size) as bar:
                if not file.tell():
                    self._begin(outside.id, sealed, file)
                    seals.knock(path, outside, opener)
                self._fetch(outside.id, sealed, file, bar.add)
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            with progress.of(f"opening {id}", outside.size) as bar:
                seals.unsealed(path, outside, new, opener, bar.add)
            new.rename(into / id)
            path.unlink()
        return into / id

    def _begin(self, id: str, sealed: Sealed, file: IO[bytes]) -> None:
        """So much of what is sealed that a key which is not for it can be told."""
        for data in self._stream(self._key(id, sealed.name), 0, min(sealed.size, BEGINNING)):
            file.write(data)
        file.flush()

    def _fetch(self, id: str, sealed: Sealed, file: IO[bytes], add: Add) -> None:
        """Fetches into the file what is not there yet. What came of an earlier run may be damaged: then all again."""
        begin = file.seek(0, 2)
        for at in (begin, 0) if 0 < begin <= sealed.size else (0,):
            file.truncate(at)
            add(at)
            for data in self._stream(self._key(id, sealed.name), at, sealed.size):
                file.write(data)
                add(len(data))
            file.flush()
            if digest(Path(file.name)).sha256 == sealed.sha256:
                return
            add(-sealed.size)
        file.truncate(0)
        hint = "take another dump, or another target's"
        raise Refused(self.name, [Problem(id, "is damaged there: its SHA-256 is not that of what was sent", hint)])

    def check(self, id: str, progress: Progress) -> list[str]:
        with self._refusing():
            _, sealed = self._outside(id)
            with progress.of(f"reading {id} back", sealed.size) as bar:
                seen = self._sum(self._key(id, sealed.name), sealed.size, bar.add)
        damage = f"what lies at {self.name} is damaged: its SHA-256 is not that of what was sent"
        return [] if seen == sealed.sha256 else [damage]

    def _sum(self, key: str, size: int, add: Add = lambda _: None) -> str:
        digest = hashlib.sha256()
        for data in self._stream(key, 0, size):
            digest.update(data)
            add(len(data))
        return digest.hexdigest()

    def _stream(self, key: str, begin: int, size: int) -> Iterator[bytes]:
        """The object's bytes from `begin` on. A connection that breaks off is made anew, and goes on where it was."""
        at, before, tries = begin, begin, 0
        while at < size:
            try:
                words = {"Key": key, "Range": f"bytes={at}-{size - 1}"}
                body = self._move.ask("reading", "get_object", **words)["Body"]
                while data := self._move.read("reading", body, CHUNK):
                    yield data
                    at += len(data)
            except Trouble as trouble:
                tries, before = (tries + 1 if at == before else 1), at
                if trouble.state != "unreachable" or tries >= TRIES:
                    raise
                time.sleep(min(PAUSE * 2 ** (tries - 1), LONGEST))

    # --- what becomes of it

    def mark(self, id: str, found: Verified) -> None:
        with self._refusing():
            self._outside(id)
            self._put(id, verified.FILE, str(found))

    def remove(self, id: str) -> bool:
        with self._refusing():
            objects = self._objects(id).get(id, {})
            keys = [objects[file].key for file in OURS if file in objects]
            if any(self._held(key) for key in keys):
                return False
            self._erase(keys)
        return True

    def _held(self, key: str) -> bool:
        """Whether a lock forbids to delete the object."""
        told = self._head(key) or {}
        until = told.get("ObjectLockRetainUntilDate")
        return told.get("ObjectLockLegalHoldStatus") == "ON" or bool(until and until.timestamp() > time.time())

    def _erase(self, keys: Iterable[str]) -> None:
        """The objects are gone, one after the other; where there are versions for good, if this key may do that."""
        for key in keys:
            try:
                for version in self._versions(key):
                    self._look.ask("deleting", "delete_object", Key=key, VersionId=version)
            except Trouble as trouble:
                if trouble.state == "unreachable":
                    raise
            if self._head(key):
                self._look.ask("deleting", "delete_object", Key=key)

    def _versions(self, key: str) -> list[str]:
        """The ids of the object's versions and of what marks it as deleted, oldest first."""
        action, found = "listing versions (s3:ListBucketVersions)", []
        for kind in ("Versions", "DeleteMarkers"):
            for one in self._look.pages(action, "list_object_versions", kind, Prefix=key):
                if one["Key"] == key:
                    found.append((one["LastModified"], one["VersionId"]))
        return [version for _, version in sorted(found)]

    def tidy(self, now: float) -> list[str]:
        with self._refusing():
            return [*self._tidy_uploads(now), *self._tidy_objects(now)]

    def _tidy_uploads(self, now: float) -> Iterator[str]:
        """Uploads of ours that nobody has gone on with. Their parts are in no listing, and cost as much."""
        action = "listing uploads (s3:ListBucketMultipartUploads)"
        found = self._look.pages(action, "list_multipart_uploads", "Uploads", Prefix=self.bucket.prefix)
        for one in list(found):
            named = self._named(one["Key"])
            if named and now - one["Initiated"].timestamp() > ABANDONED:
                words = {"Key": one["Key"], "UploadId": one["UploadId"]}
                self._look.ask("ending an upload (s3:AbortMultipartUpload)", "abort_multipart_upload", **words)
                yield f"what was sent of {named[0]}"

    def _tidy_objects(self, now: float) -> Iterator[str]:
        """What was sent of a dump whose manifest never came."""
        for id, objects in self._objects().items():
            keys = [one.key for one in objects.values()]
            old = all(now - one.changed > ABANDONED for one in objects.values())
            if manifest.FILE not in objects and old and not any(self._held(key) for key in keys):
                self._erase(keys)
                yield f"what was sent of {id}"

    def forget(self, staging: Path, id: str) -> None:
        """An upload that nobody will go on with ends, there and here."""
        with self._refusing():
            begun, _ = remembered(self.memory(staging, id))
            if begun:
                forget(self._look, begun)
            self.memory(staging, id).unlink(missing_ok=True)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What goes wrong between us and the store becomes a refusal."""
        try:
            yield
        except Trouble as trouble:
            where = f"bucket {self.bucket.name}"
            raise Refused(self.name, [Problem(where, trouble.what, trouble.hint)]) from None


def whole(id: str, told: Manifest, objects: Objects) -> bool:
    """Whether the manifest is of this dump, and what was sealed lies there as it says."""
    there = objects.get(told.sealed.name) if told.sealed else None
    return told.id == id and bool(told.sealed and there and there.size == told.sealed.size)
