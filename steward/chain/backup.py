"""The backups of a stanza, from `pgbackrest info --output=json`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import wal

UNREADABLE = "it cannot be read: it was made with another cipher than this node has, or is damaged"


@dataclass(frozen=True)
class Backup:
    """One backup in one repository. Times are seconds of the epoch, sizes bytes, positions as in `wal`."""

    label: str
    kind: str
    repository: int
    database: int
    error: bool
    begin: int
    end: int
    first_segment: str
    first: int
    last: int
    references: tuple[str, ...]
    size: int
    stored: int

    @property
    def timeline(self) -> int:
        return int(self.first_segment[:8], 16)

    @property
    def segment_size(self) -> int:
        return wal.size_of(self.first_segment, self.first)


@dataclass(frozen=True)
class Database:
    """One database that a repository has known: its number there, PostgreSQL's system identifier, and its version."""

    number: int
    system: str
    version: str

    @property
    def directory(self) -> str:
        """What its archive's directory is called."""
        return f"{self.version}-{self.number}"


@dataclass(frozen=True)
class Account:
    """What pgBackRest says of one repository. `status` is empty where it sees nothing wrong."""

    status: str = "nothing was said of it"
    databases: tuple[Database, ...] = ()
    backups: tuple[Backup, ...] = ()
    newest_wal: str = ""

    @property
    def made(self) -> bool:
        return bool(self.databases)

    @property
    def unreadable(self) -> bool:
        """Whether it is there, and cannot be read with the cipher that this node has."""
        return self.status == UNREADABLE

    @property
    def directory(self) -> str:
        """What the directory of its archive is called; empty where there is none."""
        return self.databases[-1].directory if self.databases else ""

    @property
    def database(self) -> Database | None:
        """The database that archives there now."""
        return self.databases[-1] if self.databases else None


def accounts(info: str, stanza: str) -> dict[int, Account]:
    """The repositories by number; empty where there is no such stanza."""
    found = [one for one in json.loads(info or "[]", strict=False) if one["name"] == stanza]
    return {repo["key"]: _account(found[0], repo) for repo in (found[0]["repo"] if found else ())}


def _account(stanza: Mapping[str, Any], repo: Mapping[str, Any]) -> Account:
    key, status = repo["key"], repo["status"]
    databases = [one for one in stanza["db"] if one["repo-key"] == key]
    archives = [one for one in stanza["archive"] if one["database"]["repo-key"] == key]
    return Account(
        status=_status(status["code"], status["message"]),
        databases=tuple(
            Database(one["id"], str(one["system-id"]), one["version"])
            for one in sorted(databases, key=lambda o: o["id"])
        ),
        backups=tuple(_backup(one) for one in stanza["backup"] if one["database"]["repo-key"] == key),
        newest_wal=max((one["max"] or "" for one in archives), default=""),
    )


def _status(code: int, message: str) -> str:
    """Its own words, but where it quotes what it has decrypted in vain."""
    vain = re.match(r"\[(Format|Crypto)Error\] unable to load info file", message) and "certificate" not in message
    return "" if code == 0 else UNREADABLE if vain else message


def _backup(one: Mapping[str, Any]) -> Backup:
    return Backup(
        label=one["label"],
        kind=one["type"],
        repository=one["database"]["repo-key"],
        database=one["database"]["id"],
        error=bool(one.get("error")),
        begin=one["timestamp"]["start"],
        end=one["timestamp"]["stop"],
        first_segment=one["archive"]["start"],
        first=wal.parse_lsn(one["lsn"]["start"]),
        last=wal.parse_lsn(one["lsn"]["stop"]),
        references=tuple(one.get("reference") or ()),
        size=one["info"]["size"],
        stored=one["info"]["repository"].get("delta", 0),
    )
