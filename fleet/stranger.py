"""Whether a repository of pgBackRest is a cluster's own, by what pgBackRest tells of it on a host of the cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

from .problem import Problem

UNREADABLE = ("CryptoError", "FormatError", "it cannot be read")
"""What pgBackRest calls a file of a repository that it cannot read with the cipher it was told."""
ELSEWHERE = "give this environment a bucket or a path of its own"


@dataclass(frozen=True)
class Found:
    """A repository. `systems`: the system identifiers that its stanza has had, the last one of now; none where there is
    no stanza. `status`: pgBackRest's own words where it sees something wrong."""

    name: str
    systems: Sequence[str]
    status: str


def refused(where: str, cluster: str, found: Found, system: str, encrypted: bool) -> Problem | None:
    """Why nothing may be written into it; `system`: that of the cluster's data, empty where there is none yet."""
    path = f"{where}.repositories.{found.name}"
    if any(word in found.status for word in UNREADABLE):
        secret = f", or store the secret {cluster}/{found.name}/cipher that it was made with" if encrypted else ""
        what = f"holds a stanza {cluster} that cannot be read: it is encrypted in another way, or damaged"
        return Problem(path, what, f"it may be another cluster's: {ELSEWHERE}{secret}")
    if not found.systems or system in found.systems:
        return None
    if not system:
        what = f"holds the stanza {cluster} of the system {found.systems[-1]}, and no data is here"
        hint = f"another cluster's? {ELSEWHERE}; this one's: bring it back, or move the repository away to begin anew"
        return Problem(path, what, hint)
    what = f"belongs to the system {found.systems[-1]}, and the data here is of {system}"
    return Problem(path, what, f"{ELSEWHERE}; if it was this cluster's before it was made anew, move it away")
