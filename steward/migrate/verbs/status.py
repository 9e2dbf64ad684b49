"""`status`: what is applied, what is pending, what is wrong. Read-only. Exit code 1 where something is wrong."""

from fleet.problem import Refused

from ..arguments import add_database, add_folder, connection, parser
from ..folder import read_folder
from ..ledger import aside, read_ledger
from ..plan import ledger_problems, out_of_order, pending, states
from ..session import session
from ..voice import Voice, milliseconds


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("status", purpose)
    add_folder(said)
    add_database(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options), read_only=True) as opened:
        applied = read_ledger(opened)
        database, note = opened.facts.database, aside(opened.facts)
    rows = {row.version: row for row in applied}
    table = states(migrations, applied)
    for version, description, state in table:
        row = rows.get(version)
        when = f"  {row.installed_on[:19]}" if row else ""
        took = f"  {milliseconds(row.execution_time)}" if row and row.execution_time >= 0 else ""
        voice.line(f"{state:<12}  {version}  {description}{when}{took}")
    waiting = pending(migrations, applied)
    voice.line(f"{len(applied)} applied, {len(waiting)} pending, database {database}")
    if note:
        voice.line(note)
    problems = ledger_problems(migrations, applied)
    if problems:
        voice.refused(Refused("migrations", problems)) if not voice.as_json else None
    late = {one.version for one in out_of_order(waiting, applied)}
    voice.result(
        {
            "ok": not problems,
            "database": database,
            "note": note,
            "migrations": [
                {"version": version, "description": description, "state": state}
                for version, description, state in table
            ],
            "pending": [one.version for one in waiting],
            "out_of_order": sorted(late),
            "problems": [
                {"where": one.where, "line": one.line, "what": one.what, "hint": one.hint} for one in problems
            ],
        }
    )
    return 1 if problems else 0
