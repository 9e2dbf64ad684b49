"""A repository's bucket, as pgBackRest's configuration has it. Understands what pgsteward writes there, no more."""

from collections.abc import Mapping
from pathlib import Path

from ..s3.bucket import AUTHORITIES, ENDPOINT, NAME, Bucket, proper
from ..s3.trouble import Trouble

CONFIGURATION = Path("/etc/pgbackrest/pgbackrest.conf")
NEEDED = ("s3-endpoint", "s3-bucket", "s3-region", "s3-key", "s3-key-secret")
AGAIN = "deploy again: pgsteward writes this file"


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
        proper(NAME, name, "bucket"),
        proper(ENDPOINT, endpoint, "endpoint"),
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
