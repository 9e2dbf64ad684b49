"""`redo`: reverts the newest migration and applies it again, for whoever is just writing it."""

from ..arguments import add_database, add_folder, add_limits, connection, limits, parser
from ..folder import read_folder
from ..migration import Migration
from ..run import Run
from ..session import session
from ..voice import Voice
from ..work import Step, down_steps, running, tell, up_steps, work


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("redo", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        reverted = work(run, "down", lambda: down_steps(run, migrations), voice)
        again = {one.version for one, _ in reverted.migrations}
        done = work(run, "up", lambda: _again(run, migrations, again), voice)
    tell(done, "redone", opened.facts.database, voice)
    return 0


def _again(run: Run, migrations: list[Migration], versions: set[int]) -> list[Step]:
    """Only what was reverted, even if others are pending."""
    return [one for one in up_steps(run, migrations, None, True) if one.migration.version in versions]
