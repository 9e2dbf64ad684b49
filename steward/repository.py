"""One repository as it lies there: its backups, and the WAL behind them; as pgBackRest lists them."""

import json
from typing import Any

from . import pgbackrest
from .chain import archive, backup, wal
from .chain.judge import Repository
from .cluster import Described


def listed(told: Described, name: str, number: int, pause: int) -> Repository:
    """One repository as it lies there; raises `Refused` where it cannot be looked at."""
    info = pgbackrest.glimpse(told.cluster, f"--repo={number}", "--output=json", "info")
    account = backup.accounts(info, told.cluster).get(number, backup.Account())
    spoilt = frozenset(verified_of(told, name).get("backups", ()))
    return Repository(name, pause, account, _archive(told, number, account), spoilt)


def _archive(told: Described, number: int, account: backup.Account) -> archive.Archive:
    """The WAL of the database that archives there now."""
    size = next((one.segment_size for one in account.backups), wal.USUAL)
    if account.database is None:
        return archive.Archive(size, {})
    place, repo = f"archive/{told.cluster}/{account.directory}", f"--repo={number}"
    listing = pgbackrest.glimpse(told.cluster, repo, "--recurse", "--output=json", "repo-ls", place)
    paths = archive.histories(listing)
    texts = {
        timeline: pgbackrest.glimpse(told.cluster, repo, "repo-get", f"{place}/{path}")
        for timeline, path in paths.items()
    }
    return archive.archive(listing, texts, size)


def verified_of(told: Described, name: str) -> dict[str, Any]:
    path = told.state / f"verified-{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
