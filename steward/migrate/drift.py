"""The schema's fingerprint: taken, kept after a run, and compared. Taking it writes nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import dict_row, tuple_row

from .applied import Applied
from .fingerprint import Difference, Objects, differences, digest, ledger_digest
from .session import Session
from .texts import text


@dataclass(frozen=True)
class Kept:
    """The fingerprint of the last run. `server_version` is PostgreSQL's number, `taken_at` is ISO 8601."""

    taken_at: str
    server_version: int
    ledger_digest: str
    digest: str
    objects: Objects


def take(session: Session) -> Objects:
    """The schema as it is now. PostgreSQL spells names by search_path, so that is emptied while it tells."""
    session.main.execute(
        "BEGIN READ ONLY; SET LOCAL search_path = ''; SET LOCAL statement_timeout = '5min'; SET LOCAL jit = off"
    )
    try:
        rows = session.main.cursor(row_factory=tuple_row).execute(text("fingerprint")).fetchall()
    finally:
        if not session.main.closed:
            session.main.execute("ROLLBACK")
    return dict(rows)


def kept(session: Session) -> Kept | None:
    """What the last run kept; None where none did."""
    if not session.facts.has_history:
        return None
    question = (
        "SELECT to_json(taken_at) #>> '{}' AS taken_at, server_version, ledger_digest, digest, objects "
        "FROM pgsteward.schema_fingerprint"
    )
    row = session.main.cursor(row_factory=dict_row).execute(question).fetchone()
    return Kept(**row) if row else None


def keep(session: Session, run: UUID, applied: Sequence[Applied]) -> str:
    """Takes the fingerprint and keeps it in place of the last; its digest."""
    objects = take(session)
    values = {
        "run": run,
        "server_version": session.facts.server_version,
        "ledger": ledger_digest(applied),
        "digest": digest(objects),
        "objects": json.dumps(objects),
    }
    session.main.execute(text("keep_fingerprint"), values)
    return digest(objects)


def changed_by_hand(session: Session, applied: Sequence[Applied]) -> list[Difference] | None:
    """What differs from what the last run left; None where that cannot be told.

    It cannot where nothing was kept, where the ledger has moved on since (sqlx, or a run that died), and where the
    server is of another major version, which spells the same schema otherwise.
    """
    before = kept(session)
    if before is None or not comparable(session, before, applied):
        return None
    return differences(before.objects, take(session))


def comparable(session: Session, before: Kept, applied: Sequence[Applied]) -> bool:
    same_version = before.server_version // 10000 == session.facts.server_version // 10000
    return same_version and before.ledger_digest == ledger_digest(applied)
