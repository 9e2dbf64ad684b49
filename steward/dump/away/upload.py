"""One file on its way into a bucket, in parts. What was interrupted, by whatever, goes on with the parts that are
missing.

Each part carries its MD5, which the store compares with what arrives; whether the store has the whole is asked at the
end. Nothing is visible there before.
"""

import hashlib
import io
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...s3.client import Client
from ...s3.trouble import Trouble
from ..store import write
from .tarball import CHUNK, Add

PART = 16 << 20
MOST = 9000  # parts; a store takes 10,000
AT_ONCE = 4
UNKNOWN = "NoSuchUpload"

Etags = dict[int, str]


@dataclass(frozen=True)
class Part:
    """A part of a file: number (from 1), where it begins, bytes."""

    number: int
    offset: int
    size: int


@dataclass(frozen=True)
class Begun:
    """An upload that the store knows by `id`. `sha256`: of the file, which must be the same when it goes on; `part`:
    bytes of a part."""

    id: str
    key: str
    sha256: str
    part: int


def parts(size: int, part: int) -> Iterator[Part]:
    for number, offset in enumerate(range(0, size, part), 1):
        yield Part(number, offset, min(part, size - offset))


def part_size(size: int) -> int:
    """Bytes of a part: so many that the store takes all of them."""
    return max(PART, -(-size // MOST))


class Window(io.RawIOBase):
    """A part of a file as a file of its own, read as it is sent; nothing of it is held in memory. botocore goes back
    to its beginning where it has to send it again, and what was counted is counted back."""

    def __init__(self, path: Path, part: Part, add: Add) -> None:
        self._file, self._part, self._add, self._at = path.open("rb"), part, add, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._part.size}[whence] + offset
        self._add(at - self._at)
        self._at = at
        return at

    def read(self, size: "int | None" = -1) -> bytes:
        left = max(self._part.size - self._at, 0)
        self._file.seek(self._part.offset + self._at)
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        self._add(len(data))
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


class Upload:
    """A file's upload. `memory`: the file that remembers what has been begun, and the parts that were sent."""

    def __init__(self, client: Client, key: str, path: Path, sha256: str, memory: Path) -> None:
        self.client, self.key, self.path, self.sha256, self.memory = client, key, path, sha256, memory
        self.size = path.stat().st_size
        self.sum_of = cache(self._sum_of)
        self._turn = threading.Lock()

    @property
    def begun(self) -> bool:
        """Whether an earlier run has begun to send this same file."""
        return self._begun(remembered(self.memory)[0]) is not None

    @property
    def etag(self) -> str:
        """What the object's ETag has to be, where the store's ETags are MD5s."""
        sums = [self.sum_of(one) for one in parts(self.size, part_size(self.size))]
        return f"{hashlib.md5(b''.join(sums), usedforsecurity=False).hexdigest()}-{len(sums)}"

    def run(self, extra: dict[str, Any], add: Add) -> None:
        """Sends what the store does not have; `extra` is what the object is made with."""
        old, etags = remembered(self.memory)
        begun = self._begun(old)
        there = self._there(begun, etags) if begun else None
        if begun is None or there is None:
            if old:
                forget(self.client, old)
            begun, there = self._begin(extra), {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            wanted = parts(self.size, begun.part)
            sent = [pool.submit(self._send, begun, one, there.get(one.number, ""), add) for one in wanted]
            try:
                done = [one.result() for one in sent]
            finally:  # what has not begun yet does not begin where one has failed
                for one in sent:
                    one.cancel()
        self._complete(begun, done)

    def _begun(self, old: "Begun | None") -> "Begun | None":
        same = (self.key, self.sha256, part_size(self.size))
        return old if old and (old.key, old.sha256, old.part) == same else None

    def _begin(self, extra: dict[str, Any]) -> Begun:
        answer = self.client.ask("beginning an upload", "create_multipart_upload", Key=self.key, **extra)
        begun = Begun(answer["UploadId"], self.key, self.sha256, part_size(self.size))
        write(self.memory, json.dumps(vars(begun)))
        return begun

    def _there(self, begun: Begun, etags: Etags) -> "Etags | None":
        """The ETags of the parts that the store has as they were sent; None where it knows nothing of the upload.

        They are MD5s, or else (with keys of KMS) those that it answered with when they were sent."""
        found: Etags = {}
        try:
            action = "listing parts (s3:ListMultipartUploadParts)"
            for one in self.client.pages(action, "list_parts", "Parts", Key=begun.key, UploadId=begun.id):
                found[one["PartNumber"]] = one["ETag"].strip('"')
        except Trouble as trouble:
            if trouble.answer != UNKNOWN:
                raise
            return None
        known = {one.number: one for one in parts(self.size, begun.part)}
        return {
            number: etag
            for number, etag in found.items()
            if number in known and etag in (etags.get(number), self.sum_of(known[number]).hex())
        }

    def _send(self, begun: Begun, part: Part, there: str, add: Add) -> dict[str, Any]:
        """Sends a part, where the store does not have it."""
        if there:
            add(part.size)
            return {"PartNumber": part.number, "ETag": there}
        told = {"UploadId": begun.id, "PartNumber": part.number}
        told["ContentMD5"] = b64encode(self.sum_of(part)).decode()
        with Window(self.path, part, add) as body:
            answer = self.client.ask("sending a part", "upload_part", Key=begun.key, Body=body, **told)
        etag = answer["ETag"].strip('"')
        with self._turn, self.memory.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps([part.number, etag])}\n")
        return {"PartNumber": part.number, "ETag": etag}

    def _complete(self, begun: Begun, done: list[dict[str, Any]]) -> None:
        """The object is there. Where the store's first answer was lost, it knows nothing of the upload any more, and
        whoever looks at the object next will see."""
        told = {"Key": begun.key, "UploadId": begun.id, "MultipartUpload": {"Parts": done}}
        try:
            self.client.ask("ending an upload", "complete_multipart_upload", **told)
        except Trouble as trouble:
            if trouble.answer != UNKNOWN:
                raise

    def _sum_of(self, part: Part) -> bytes:
        """The MD5 of a part."""
        digest = hashlib.md5(usedforsecurity=False)
        with Window(self.path, part, lambda _: None) as body:
            while data := body.read(CHUNK):
                digest.update(data)
        return digest.digest()


def remembered(memory: Path) -> "tuple[Begun | None, Etags]":
    """The upload that an earlier run has begun, and the ETags of the parts that it has sent."""
    try:
        first, *rest = memory.read_text(encoding="utf-8").splitlines()
        begun = Begun(**json.loads(first))
    except (OSError, ValueError, TypeError):
        return None, {}
    etags: Etags = {}
    for line in rest:
        try:
            number, etag = json.loads(line)
        except (ValueError, TypeError):  # a line that was cut short
            continue
        etags[number] = etag
    return begun, etags


def forget(client: Client, begun: Begun) -> None:
    """The store throws away what was sent of an upload."""
    try:
        action = "ending an upload (s3:AbortMultipartUpload)"
        client.ask(action, "abort_multipart_upload", Key=begun.key, UploadId=begun.id)
    except Trouble as trouble:
        if trouble.answer != UNKNOWN:
            raise
