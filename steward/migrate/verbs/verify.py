"""`verify`: does the database still have what the last run left? Object by object; read-only.

Exit code 1 where something differs, 2 where there is nothing to compare with.
"""

from fleet.problem import Problem, Refused

from ..applied import Applied
from ..arguments import add_database, add_folder, connection, parser
from ..drift import Kept, comparable, kept, take
from ..fingerprint import Difference, differences
from ..folder import read_folder
from ..indexes import invalid_indexes
from ..ledger import aside, read_ledger
from ..plan import ledger_problems
from ..session import Session, session
from ..unseen import Unseen
from ..voice import Voice

ACCEPT = "look at the schema, then `repair --accept-drift` records it as it is"


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("verify", purpose)
    add_folder(said)
    add_database(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options), read_only=True) as opened:
        applied, note = read_ledger(opened), aside(opened.facts)
        before = kept(opened)
        problems = ledger_problems(migrations, applied)
        problems += [_invalid(one.name) for one in invalid_indexes(opened.main) if not one.building]
        if not problems:
            _refuse_blind(opened, before, applied)
        found = differences(before.objects, take(opened)) if before and comparable(opened, before, applied) else []
        problems += [_by_hand(one, before) for one in found]
    if note:
        voice.line(note)
    if problems:
        raise Refused(f"database {opened.facts.database}", problems)
    since = f" since {before.taken_at[:19]}" if before else ""
    voice.line(f"nothing was changed by hand{since}, database {opened.facts.database}")
    voice.result(
        {"ok": True, "database": opened.facts.database, "digest": before.digest if before else None, "note": note}
    )
    return 0


def _refuse_blind(opened: Session, before: Kept | None, applied: list[Applied]) -> None:
    """Raises Unseen where the last fingerprint says nothing about now."""
    where = f"database {opened.facts.database}"
    if before is None:
        if applied:
            raise Unseen(
                where, [Problem("fingerprint", "none was recorded: another tool migrated this database", ACCEPT)]
            )
        return
    then, now = before.server_version // 10000, opened.facts.server_version // 10000
    if then != now:
        what = f"it was taken on PostgreSQL {then}, this is {now}"
        raise Unseen(where, [Problem("fingerprint", what, ACCEPT)])
    if not comparable(opened, before, applied):
        what = "the ledger has changed since it was taken: another tool migrated, or a run was killed"
        raise Unseen(where, [Problem("fingerprint", what, ACCEPT)])


def _by_hand(one: Difference, before: Kept | None) -> Problem:
    since = f" since {before.taken_at[:19]}" if before else ""
    return Problem(one.object, f"{one.change} by hand{since}", "write it as a migration, or take it back")


def _invalid(name: str) -> Problem:
    hint = f"DROP INDEX CONCURRENTLY {name}, and make it again"
    return Problem(f"index {name}", "it is invalid: a CREATE INDEX CONCURRENTLY failed, or still runs", hint)
