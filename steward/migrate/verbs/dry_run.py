"""`dry-run`: the SQL that `up` would run, in order. Its session is read-only: no table, no lock, nothing."""

from ..arguments import add_database, add_folder, add_order, connection, parser
from ..folder import read_folder
from ..limits import Limits
from ..run import Run
from ..session import session
from ..voice import Voice
from ..work import Step, up_steps


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("dry-run", purpose)
    add_folder(said)
    add_database(said)
    add_order(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options), read_only=True) as opened:
        todo = up_steps(Run(opened, Limits(), voice.line), migrations, options.to, options.allow_out_of_order)
        if not voice.as_json:
            _print(todo, voice)
        pending = [
            {"version": one.migration.version, "file": one.script.file.name, "sql": one.script.file.text}
            for one in todo
        ]
        voice.result({"ok": True, "database": opened.facts.database, "pending": pending})
    return 0


def _print(todo: list[Step], voice: Voice) -> None:
    if not todo:
        voice.line("-- nothing is pending")
    for one in todo:
        how = "statement by statement" if one.script.directives.no_transaction else "one transaction"
        again = f", going on after statement {one.resumed.done}" if one.resumed else ""
        voice.line(f"-- {one.script.file.name}: {how}{again}")
        voice.line(one.script.file.text.rstrip("\n") + "\n")
