"""`fresh`: drops everything in the database and builds it again. Refused unless told twice that it may."""

import argparse

from fleet.problem import Problem, Refused

from ..arguments import add_database, add_folder, add_limits, connection, limits, parser
from ..folder import read_folder
from ..ledger import make_tables
from ..lock import locked
from ..run import Run
from ..session import session
from ..texts import text
from ..voice import Voice
from ..work import running, tell, up_steps, work

DEVELOPMENT = "development"


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("fresh", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    said.add_argument("--purpose", default="", help="what the environment is for, as it declares it")
    said.add_argument("--confirm", default="", metavar="DATABASE", help="the name of the database, typed")
    options = said.parse_args(arguments)
    _refuse_purpose(options)
    migrations = read_folder(options.folder)

    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        _refuse_name(options, opened.facts.database)
        dropped = drop_everything(run)
        voice.line(f"{dropped} objects dropped")
        done = work(run, "up", lambda: up_steps(run, migrations), voice)
    tell(done, "applied", opened.facts.database, voice)
    return 0


def _refuse_purpose(options: argparse.Namespace) -> None:
    if options.purpose != DEVELOPMENT:
        purpose = (
            f"the environment is for {options.purpose}"
            if options.purpose
            else "nothing says what the environment is for"
        )
        hint = f"only an environment for {DEVELOPMENT} can be made afresh: --purpose {DEVELOPMENT}"
        raise Refused("steward migrate fresh", [Problem("--purpose", f"{purpose}, and all data would be lost", hint)])


def _refuse_name(options: argparse.Namespace, database: str) -> None:
    if options.confirm != database:
        what = f"{options.confirm!r} is not the name of this database" if options.confirm else "the name was not typed"
        hint = f"if everything in {database} may go: --confirm {database}"
        raise Refused("steward migrate fresh", [Problem("--confirm", what, hint)])


def drop_everything(run: Run) -> int:
    """In one transaction; how many objects. Extensions stay, and `public` with its rights."""
    opened = run.session
    with locked(opened, run.limits.wait, run.tell):
        with opened.main.transaction():
            opened.main.execute("SET LOCAL search_path = ''; SET LOCAL client_min_messages = warning")
            opened.main.execute(f"SET LOCAL lock_timeout = '{run.limits.lock_timeout}ms'")
            commands = [str(row[0]) for row in opened.main.execute(text("fresh")).fetchall()]
            for command in commands:
                opened.main.execute(command)
        opened.facts = opened.look()
        make_tables(opened)
        opened.main.execute(text("record_note"), run.row("fresh", None, "", None) | {"outcome": "done"})
    return len(commands)
