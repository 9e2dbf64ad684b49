"""Dumps, keys and targets for tests of what leaves a host: real files, real programs, a real store behind a weather."""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from steward.cluster import Described
from steward.dump.away.opener import Age, Gpg, Opener
from steward.dump.away.target import Target
from steward.dump.away.targets import targets_of
from steward.dump.manifest import File, Manifest
from steward.progress import Progress
from tests.steward.stores import KEY, SECRET
from tests.unit.steward.dump.world import DAY, NOW, SYSTEM, manifest, system, told

from .light import copy_repository

ROOT = Path(__file__).parent.parent.parent.parent
RETENTION = {"last": 3, "days": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0}
PASSWORD = "testresticpassword01"
QUIET = Progress()


@dataclass
class Host:
    """A host with dumps, and what it is told of targets."""

    root: Path
    endpoint: str
    authority: Path
    encryption: dict[str, list[str]]
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)

    environment: str = "lost"
    system: str = SYSTEM

    def __post_init__(self) -> None:
        system(self.root / "none", self.system)

    @property
    def told(self) -> Described:
        return replace(told(self.root), environment=self.environment)

    @property
    def staging(self) -> Path:
        return self.root / "main" / ".sealed"

    def dump(self, at: int = NOW, size: int = 1000, sequence: int = 1, database: str = "shop") -> Manifest:
        """A dump is made, of `size` random bytes in its largest file."""
        one, files = manifest(at, database, sequence, system=self.system), {}
        place = self.root / "main" / one.id
        (place / "data").mkdir(parents=True)
        for path, count in {"data/toc.dat": 300, "data/3801.dat.zst": size, "globals.sql": 50}.items():
            body = random.Random(f"{one.id}{path}").randbytes(count)
            (place / path).write_bytes(body)
            files[path] = File(count, hashlib.sha256(body).hexdigest())
        one = replace(one, files=files, size=sum(file.size for file in files.values()))
        (place / "manifest.json").write_text(str(one))
        return one

    def s3(self, name: str = "offsite", **more: Any) -> Target:
        """A target in the store."""
        plain = dict.fromkeys(("storage_class", "server_side_encryption", "kms_key", "lock"))
        self.targets[name] = {
            "name": name,
            "kind": "s3",
            "endpoint": self.endpoint,
            "bucket": "backups",
            "prefix": f"{name}/",
            "region": "us-east-1",
            "path_style": True,
            "authority": str(self.authority),
            "key": KEY,
            "secret": SECRET,
            **plain,
            "retention": RETENTION,
            **more,
        }
        return self.target(name)

    def restic(self, name: str = "vault", made: bool = True, **more: Any) -> Target:
        """A target in a restic repository, which is there and empty where it is `made`."""
        if made and "repository" not in more:
            copy_repository(self.root / name, PASSWORD)
        self.targets[name] = {
            "name": name,
            "kind": "restic",
            "repository": str(self.root / name),
            "password": PASSWORD,
            "environment": {},
            "authority": None,
            "retention": RETENTION,
            **more,
        }
        return self.target(name)

    def target(self, name: str) -> Target:
        return targets_of({"encryption": self.encryption, "targets": [self.targets[name]]}, "main")[0]

    def started(self, verb: str, *words: str) -> "subprocess.Popen[str]":
        """The same in a process of its own, which may be killed."""
        order = {"root": str(self.root), "encryption": self.encryption, "targets": list(self.targets.values())}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.steward.dumps.driver", verb, *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdin
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        process.stdin = None
        return process


def killed(process: "subprocess.Popen[str]") -> None:
    """Dead at once, and nothing of it is left running but what ends by itself."""
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def same(fetched: Path, host: Host) -> bool:
    """Whether a directory holds the dump byte for byte."""
    return contents(fetched) == contents(host.root / "main" / fetched.name)


def contents(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file() and path.name != "verified.json")
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def age_key(directory: Path, name: str = "key.txt") -> tuple[Opener, str]:
    """An identity of age in a file, and its recipient."""
    path = directory / name
    done = subprocess.run(["age-keygen", "-o", str(path)], capture_output=True, text=True, check=True)
    return Age(path), done.stderr.split()[-1]


def gpg_key(home: Path) -> Iterator[tuple[Opener, str]]:
    """A key of GnuPG in a home of its own, and its public half in ASCII armor."""
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    subprocess.run([*gpg, "--quick-generate-key", "dumps@example.com", "default", "default"], check=True)
    try:
        public = subprocess.run([*gpg, "--armor", "--export"], capture_output=True, text=True, check=True).stdout
        yield Gpg(home), public
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)


__all__ = [
    "DAY",
    "NOW",
    "PASSWORD",
    "QUIET",
    "RETENTION",
    "SYSTEM",
    "Host",
    "age_key",
    "contents",
    "gpg_key",
    "killed",
    "same",
    "until",
]
