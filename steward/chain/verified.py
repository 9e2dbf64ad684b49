"""What `pgbackrest verify --output=text --verbose` found: it says so in words and exits 0 whatever it found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .check import BROKEN, LATE, NOTE, Check
from .judge import SLACK, Repository

BACKUP = re.compile(r"\s*backup: (\S+), status: ([\w -]+)")
WAL = re.compile(r"\s*archiveId: (\S+), total WAL checked: (\d+), total valid WAL: (\d+)")


@dataclass(frozen=True)
class Verified:
    """`backups`: the state of each that is not valid, by label; `wal`: segments that are not, by archive."""

    status: str
    backups: Mapping[str, str]
    wal: Mapping[str, int]

    @property
    def sound(self) -> bool:
        return self.status == "ok" and not self.backups and not self.wal

    def document(self) -> dict[str, Any]:
        return {"status": self.status, "backups": dict(self.backups), "wal": dict(self.wal)}


def verified(text: str) -> Verified:
    """The findings in the text; a text without a status is none of an error-free verification."""
    states = [line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("status: ")]
    backups = {found[1]: found[2] for line in text.splitlines() if (found := BACKUP.match(line))}
    archives = {found[1]: int(found[2]) - int(found[3]) for line in text.splitlines() if (found := WAL.match(line))}
    return Verified(
        states[0] if states else "unknown",
        {label: state for label, state in backups.items() if state not in ("valid", "in-progress")},
        {name: count for name, count in archives.items() if count},
    )


def judge(one: Repository, found: Mapping[str, Any], pause: int, told: int, now: int) -> tuple[Check, ...]:
    """What the last verification (`at`, and the document of `Verified`) means for a repository."""
    checks = []
    labels = {backup.label for backup in one.account.backups}
    for label, state in found.get("backups", {}).items():
        if label in labels:
            what = f"verification calls it {state}: files are missing, or not what was written"
            checks.append(Check(f"{one.where}, backup {label}", what, "take a full backup now; what ails the disk?"))
    answered = any(kept.kind == "full" and kept.begin >= found.get("at", now) for kept in one.account.backups)
    for archive, count in found.get("wal", {}).items():
        what = f"verification found {count} damaged segments in {archive}"
        hint = "take a full backup now: no moment behind them can be recovered"
        checks.append(Check(one.where, what, hint, NOTE if answered else BROKEN))
    if found and found.get("status") not in ("ok", "error"):
        checks.append(Check(one.where, "verification did not end well", "run it again: steward verify"))
    if pause and now - max(found.get("at", told), told) > pause + SLACK:
        checks.append(Check(one.where, "was not verified in time", "why did the last job not run?", LATE))
    return tuple(checks)
