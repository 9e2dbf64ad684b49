"""One call of the program: what it was told, the session, who calls, and what it says on the way."""

import getpass
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from uuid import UUID, uuid4

from .limits import Limits
from .migration import Migration
from .session import Session
from .waits import Waits

TOOL = "pgsteward 0.1.0"


@dataclass
class Run:
    """`tell` says a line to the operator."""

    session: Session
    limits: Limits
    tell: Callable[[str], None]
    id: UUID = field(default_factory=uuid4)
    operator: str = field(default_factory=lambda: operator())

    def row(self, action: str, version: int | None, description: str, checksum: bytes | None) -> dict[str, Any]:
        """What every row of the history has."""
        return {
            "run": self.id,
            "action": action,
            "version": version,
            "description": description,
            "checksum": checksum,
            "started": now(),
            "operator": self.operator,
            "tool": TOOL,
            "attempts": 1,
            "lock_wait_ms": 0,
            "blocked_by": None,
            "note": None,
        }

    def migration_row(self, action: str, migration: Migration) -> dict[str, Any]:
        return self.row(action, migration.version, migration.description, migration.checksum)


def with_waits(row: dict[str, Any], attempts: int, waits: Waits) -> dict[str, Any]:
    return row | {"attempts": attempts, "lock_wait_ms": waits.milliseconds, "blocked_by": waits.last}


def now() -> datetime:
    return datetime.now(timezone.utc)


def operator() -> str:
    """Account and host of whoever calls."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return f"{account}@{socket.gethostname()}"
