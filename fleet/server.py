"""A PostgreSQL server as it was found on a host; blank where there is none."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .lsn import parse_lsn


@dataclass(frozen=True)
class Server:
    """What `templates/sh/server.sh` found.

    `configured`: Debian knows the cluster. `contents`: names in the data directory, empty for none. `copying`: a
    copy of ours was interrupted before the server ever started on it. `fenced`: why it may not start, in a sentence;
    empty where it may. `held`: the timeline that its files are on, 0 where there are none. `answers`: PostgreSQL's
    own snapshot (`templates/sql/server.sql`), empty where it does not answer.
    """

    configured: bool = False
    contents: str = ""
    data_version: str = ""
    standby: bool = False
    copying: bool = False
    fenced: str = ""
    system: str = ""
    held: int = 0
    running: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def recovery(self) -> bool | None:
        """Whether it is in recovery; None where it does not answer."""
        return self.answers.get("recovery")

    @property
    def stale(self) -> bool:
        """Whether a file of its configuration is newer than what it has loaded."""
        return bool(self.answers.get("stale"))

    @property
    def pending_restart(self) -> tuple[str, ...]:
        return tuple(self.answers.get("pending_restart", ()))

    @property
    def recovery_compared(self) -> Mapping[str, int]:
        """The live values of the settings that a standby compares with its primary's."""
        return dict(self.answers.get("recovery_compared", {}))

    @property
    def streaming(self) -> bool:
        """Whether it receives a stream from its primary."""
        return (self.answers.get("receiver") or {}).get("status") == "streaming"

    @property
    def followers(self) -> tuple[str, ...]:
        """The application names of the standbys that stream from it and have caught up."""
        standbys = self.answers.get("standbys", ())
        return tuple(one["application"] for one in standbys if one["state"] == "streaming")

    @property
    def slots(self) -> Mapping[str, str]:
        """The WAL status by the name of each replication slot."""
        return dict(self.answers.get("slots", {}))

    @property
    def timeline(self) -> int:
        """The timeline that it is on, as it says itself or as its files say; 0 where neither does."""
        return int(self.answers.get("timeline") or self.held)

    @property
    def received(self) -> int:
        """Up to where a standby has the log, in bytes: received or replayed, whichever is further."""
        return parse_lsn(self.answers.get("received") or "0/0")

    @property
    def settled(self) -> bool:
        """Whether `received` is all that it has: not while a standby that was started replays what it had before."""
        return bool(self.answers.get("settled", True))

    @property
    def sync(self) -> tuple[str, ...]:
        """The application names of the standbys that commits wait for at this moment."""
        standbys = self.answers.get("standbys", ())
        return tuple(one["application"] for one in standbys if one["sync"] in ("sync", "quorum"))

    @property
    def lsn(self) -> str:
        """Where the primary writes; `0/0` where it does not answer or is none."""
        return self.answers.get("lsn") or "0/0"


def server(lines: Iterable[str]) -> Server:
    """The server that the script's `lines` of `name=value` describe."""
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    return Server(
        configured="configured" in seen,
        contents=seen.get("contents", "").strip(),
        data_version=seen.get("data_version", ""),
        standby="standby" in seen,
        copying="copying" in seen,
        fenced=seen.get("fenced", ""),
        system=seen.get("system", ""),
        held=int(seen.get("timeline") or 0),
        running="running" in seen,
        answers=json.loads(seen.get("snapshot") or "{}"),
    )
