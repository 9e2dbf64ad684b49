"""A bucket, and how it is reached."""

import re
from dataclasses import dataclass, field

from .trouble import Trouble

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""The system's, which pgBackRest verifies by where nothing else is declared. boto3 would bring its own."""
ENDPOINT = re.compile(r"(?:https://)?((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)/?")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")


@dataclass(frozen=True)
class Bucket:
    """A bucket, what of it is one repository's (or one target's of dumps), and what opens it."""

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
    locked: bool = False
    """Whether what goes there has to be locked, which a bucket can do from its making on or never."""

    @property
    def prefix(self) -> str:
        """What the names of the repository's objects begin with: `main/`."""
        return f"{self.path}/" if self.path else ""

    @property
    def host(self) -> str:
        """The name that has to resolve and that the certificate has to bear, with its port."""
        return self.endpoint if self.path_style else f"{self.name}.{self.endpoint}"


def proper(pattern: "re.Pattern[str]", value: str, key: str) -> str:
    """The value (or what of it the pattern wants), where it is one that a store can have; raises `Trouble`."""
    match = pattern.fullmatch(value)
    if match is None:
        hint = f"correct `{key}` of its `s3` in the environment file, and deploy"
        raise Trouble("unknown", f"{value!r} cannot be the {key} of an object store", hint)
    return match.group(match.lastindex or 0)
