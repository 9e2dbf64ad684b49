"""`down`: reverts the newest migration, or all above a version. If one of them has no down, none is reverted."""

from ..arguments import add_database, add_folder, add_limits, connection, limits, parser, version
from ..folder import read_folder
from ..session import session
from ..voice import Voice
from ..work import down_steps, running, tell, work


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("down", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    said.add_argument("--to", type=version, help="the version that stays the newest; 0 reverts everything")
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        done = work(run, "down", lambda: down_steps(run, migrations, options.to), voice)
    tell(done, "reverted", opened.facts.database, voice)
    return 0
