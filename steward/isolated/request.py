"""PURE: what is asked of the socket, a line of JSON, and what may be asked: nothing that could be read as a path.

Beside the line go two descriptors: the directory that all names are in, and the file for the server's log.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from fleet.problem import Problem, Refused

SERVE, CLEAR = "serve", "clear"
MEMORY = {"drill": "a drill", "verify": "a verification"}
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
HINT = "is this the steward that the last deploy has installed?"


@dataclass(frozen=True)
class Request:
    """`names`: the directories that are handed over, first the data's; or, to clear, that are removed. `job`: whose
    memory it may take. `settings` go before any that the data brings along."""

    verb: str
    names: tuple[str, ...]
    cluster: str = ""
    job: str = ""
    version: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def parse(line: bytes) -> Request:
    """Raises `Refused` where that is no request."""
    try:
        found = json.loads(line)
        one = Request(**{**found, "names": tuple(found["names"])})
        problems = list(wrong(one))
    except (ValueError, TypeError, KeyError) as error:
        problems = [Problem("the request", f"cannot be read: {error}", HINT)]
    if problems:
        raise Refused("the isolated server", problems)
    return one


def wrong(one: Request) -> Iterator[Problem]:
    if one.verb not in (SERVE, CLEAR):
        yield Problem("verb", f"there is no {one.verb}", HINT)
    if not one.names or not all(PART.fullmatch(name) for name in one.names):
        yield Problem("names", f"are {', '.join(map(repr, one.names)) or 'none'}", HINT)
    if one.verb == SERVE and not (PART.fullmatch(one.cluster) and one.job in MEMORY):
        yield Problem("cluster", f"is {one.cluster!r}, for {one.job!r}", HINT)
    if one.verb == SERVE and not (isinstance(one.version, int) and 0 < one.version < 1000):
        yield Problem("version", f"is {one.version!r}", HINT)
