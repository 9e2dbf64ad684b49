"""What becomes of a repository's bucket, from the account that `steward bucket check` gives of it on a host."""

import json
from dataclasses import dataclass

from .environment import S3
from .problem import Problem


@dataclass(frozen=True)
class Seen:
    """A bucket as a host found it.

    `state`: `ready`, `missing`, `refused` (by the store), `unreachable`, or `unknown` where nobody could ask: on a
    blank host, or one that does not know the repository yet. `what` and `hint` are the sentence about it.
    """

    state: str = "unknown"
    what: str = "steward or pgBackRest is not there to look at it"
    hint: str = "deploy to this host without --limit"
    warnings: tuple[str, ...] = ()


def seen(account: str) -> Seen:
    """The bucket by the JSON of `steward bucket check`; unknown where it said nothing."""
    if not account:
        return Seen()
    told = json.loads(account)
    sentence = told["problem"] or {"what": "", "hint": ""}
    return Seen(told["state"], sentence["what"], sentence["hint"], tuple(one["what"] for one in told["warnings"]))


def made(s3: S3, seen: Seen) -> bool:
    """Whether the bucket is to be made. Where nobody could ask, it may be missing; one that is there stays."""
    return s3.create and seen.state in ("missing", "unknown")


def refused(where: str, s3: S3, seen: Seen, final: bool) -> Problem | None:
    """Why no backups can go there. `final`: it was asked when all that it takes to ask had been installed."""
    if seen.state == "ready" or made(s3, seen) or (seen.state == "unknown" and not final):
        return None
    return Problem(where, f"bucket {s3.bucket}: {seen.what}", seen.hint)
