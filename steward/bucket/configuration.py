"""A repository's bucket, as pgBackRest's configuration has it. Understands what pgsteward writes there, no more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .trouble import Trouble

CONFIGURATION = Path("/etc/pgbackrest/pgbackrest.conf")
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""The system's, which pgBackRest verifies by where nothing else is declared. boto3 would bring its own."""
ENDPOINT = re.compile(r"(?:https://)?((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)/?")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
NEEDED = ("s3-endpoint", "s3-bucket", "s3-region", "s3-key", "s3-key-secret")
AGAIN = "deploy again: pgsteward writes this file"


@dataclass(frozen=True)
class Bucket:
    """A bucket, the place of one repository in it, and what opens it."""

    cluster: str
    repository: str
    name: str
    endpoint: str
    """`host` or `host:port`; the scheme is always https."""
    region: str
    path: str
    """Where the repository is in the bucket, without slashes around; empty where it has the bucket to itself."""
    path_style: bool
    authority: str
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def prefix(self) -> str:
        """What the names of the repository's objects begin with: `main/`."""
        return f"{self.path}/" if self.path else ""

    @property
    def host(self) -> str:
        """The name that has to resolve and that the certificate has to bear, with its port."""
        return self.endpoint if self.path_style else f"{self.name}.{self.endpoint}"


def bucket(text: str, cluster: str, repository: str, number: int) -> Bucket:
    """The bucket of pgBackRest's repository `number` for the stanza `cluster`; raises `Trouble`."""
    known = options(text, cluster)
    prefix = f"repo{number}"
    if not any(name.startswith(f"{prefix}-") for name in known):
        raise Trouble("unknown", f"pgBackRest knows no {prefix} here", AGAIN)
    if known.get(f"{prefix}-type") != "s3":
        what = f"{prefix} is no object store for pgBackRest on this node"
        raise Trouble("unknown", what, "ask on the node that keeps this repository")
    missing = [f"{prefix}-{name}" for name in NEEDED if not known.get(f"{prefix}-{name}")]
    if missing:
        raise Trouble("unknown", f"pgBackRest's configuration lacks {', '.join(missing)}", AGAIN)
    endpoint, name, region, key, secret = (known[f"{prefix}-{one}"] for one in NEEDED)
    return Bucket(
        cluster,
        repository,
        _proper(NAME, name, "bucket"),
        _proper(ENDPOINT, endpoint, "endpoint"),
        region,
        known.get(f"{prefix}-path", "/var/lib/pgbackrest").strip("/"),
        known.get(f"{prefix}-s3-uri-style", "host") == "path",
        known.get(f"{prefix}-storage-ca-file", AUTHORITIES),
        key,
        secret,
    )


def options(text: str, stanza: str) -> Mapping[str, str]:
    """The options by name that hold for the stanza: its own before those of `global`."""
    found: dict[str, dict[str, str]] = {"global": {}, stanza: {}}
    section = ""
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(section, {})[name.strip()] = value.strip()
    return found["global"] | found[stanza]


def _proper(pattern: "re.Pattern[str]", value: str, key: str) -> str:
    """The value (or what of it the pattern wants), where it is one that a store can have; raises `Trouble`."""
    match = pattern.fullmatch(value)
    if match is None:
        hint = f"correct `{key}` of this repository's `s3` in the environment file, and deploy"
        raise Trouble("unknown", f"{value!r} cannot be the {key} of an object store", hint)
    return match.group(match.lastindex or 0)
