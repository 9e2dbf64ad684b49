"""`up`: applies what is pending, in order. Where nothing is, it takes no lock and writes nothing."""

import argparse

from ..arguments import add_database, add_folder, add_limits, connection, limits, parser, version
from ..folder import read_folder
from ..migration import Migration
from ..plan import plan_up
from ..run import Run
from ..session import session
from ..voice import Voice
from ..work import Done, Step, running, steps, work


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("up", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    add_order(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened:
        # without this check a second run would wait for a lock and make tables, for nothing
        if not up_steps(Run(opened, limits(options), voice.line), migrations, options):
            voice.line("nothing is pending")
            voice.result({"ok": True, "database": opened.facts.database, "applied": [], "fingerprint": None})
            return 0
        with running(opened, limits(options), voice) as run:
            done = work(run, "up", lambda: up_steps(run, migrations, options), voice)
    tell(done, "applied", opened.facts.database, voice)
    return 0


def add_order(said: argparse.ArgumentParser) -> None:
    said.add_argument("--to", type=version, help="stop after this version")
    said.add_argument(
        "--allow-out-of-order", action="store_true", help="also what is older than the newest applied one"
    )


def up_steps(run: Run, migrations: list[Migration], options: argparse.Namespace) -> list[Step]:
    to, late = options.to, options.allow_out_of_order
    return steps(run, "up", migrations, lambda applied, resumed: plan_up(migrations, applied, to, late, resumed))


def tell(done: Done, verb: str, database: str, voice: Voice) -> None:
    """What ran, in one line or as JSON."""
    count = len(done.migrations)
    voice.line(f"{count} migration{'' if count == 1 else 's'} {verb}, database {database}")
    ran = [
        {"version": one.version, "description": one.description, "nanoseconds": spent} for one, spent in done.migrations
    ]
    voice.result({"ok": True, "database": database, verb: ran, "fingerprint": done.fingerprint})
