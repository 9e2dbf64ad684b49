"""`seed`: runs a folder of plain SQL by name, each file in a transaction. No ledger: seeds must bear a second run."""

from pathlib import Path

import psycopg

from fleet.problem import Problem, Refused

from .. import trouble
from ..arguments import add_database, add_limits, connection, limits, parser
from ..attempts import given_up, persistently
from ..checksum import checksum
from ..folder import read_seeds
from ..ledger import make_tables
from ..lock import locked
from ..patience import run as send
from ..run import Run, with_waits
from ..script import Script, scripts
from ..session import session
from ..texts import text
from ..voice import Voice
from ..waits import Waits, watcher
from ..work import running


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("seed", purpose)
    add_database(said)
    add_limits(said)
    said.add_argument("folder", type=Path, help="a folder of SQL files, such as seeds/shop")
    options = said.parse_args(arguments)
    found = scripts(read_seeds(options.folder), str(options.folder))
    _refuse_outside(found, str(options.folder))
    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        _sow_all(run, found, voice)
    files = [script.file.name for script in found]
    voice.line(f"{len(files)} file{'' if len(files) == 1 else 's'} run, database {opened.facts.database}")
    voice.result({"ok": True, "database": opened.facts.database, "files": files})
    return 0


def _refuse_outside(found: list[Script], source: str) -> None:
    hint = "what must not be in a transaction is a migration"
    problems = [
        Problem(one.file.name, "a seed is one transaction", hint) for one in found if one.directives.no_transaction
    ]
    if problems:
        raise Refused(source, problems)


def _sow_all(run: Run, found: list[Script], voice: Voice) -> None:
    with locked(run.session, run.limits.wait, run.tell):
        make_tables(run.session)
        for number, script in enumerate(found, start=1):
            label = f"[{number}/{len(found)}] {script.file.name}"
            voice.begin(label)
            sow(run, script)
            voice.end(label)


def sow(run: Run, script: Script) -> None:
    """One file, all of it or nothing. Raises Refused."""
    waits, main = Waits(), run.session.main
    row = run.row("seed", None, script.file.name, checksum(script.file.content)) | {"outcome": "done"}
    settings = run.session.settings(
        lock_timeout=f"{run.limits.lock_timeout}ms", statement_timeout=f"{run.limits.statement_timeout}ms"
    )

    def attempt() -> None:
        send(main, f"{settings}; BEGIN")
        send(main, script.file.text, watcher(run.session, waits, run.tell))
        main.execute(text("record_note"), with_waits(row, 1, waits))
        main.execute("COMMIT")

    def harmless() -> bool:
        return not script.sets_sequence

    try:
        persistently(attempt, lambda: _roll_back(main), run.limits.retries, waits, run.tell, harmless)
    except psycopg.Error as error:
        words = trouble.said(error, script.file.text)
        raise Refused("seeds", [given_up(script.file.name, words, error, script.sets_sequence)]) from None


def _roll_back(main: "psycopg.Connection[tuple[object, ...]]") -> None:
    if not main.closed:
        main.execute("ROLLBACK")
