"""`python -m tests.sql.copies.program VERSION BINARIES DIRECTORY PORT QUERY`: what a copy answers, as a line of JSON.

It is started first, as steward starts one beside production, where it does not run yet.
"""

import json
import sys
from pathlib import Path

from steward.cluster import Described
from steward.restore.instance import Instance, connection, recovered
from tests.unit.steward.dump.world import told


class Copy(Instance):
    """Made of a server that was stopped, with its own defaults: there is nothing for recovery to compare."""

    def compared(self) -> dict[str, str]:
        return {}


def main(version: str, binaries: str, directory: str, port: str, query: str) -> None:
    Described.binaries = property(lambda _: Path(binaries))  # type: ignore[method-assign, assignment]
    one = Described(**{**vars(told(Path(directory).parent / "production")), "version": int(version)})
    here = Copy(one, Path(directory), int(port))
    if not here.runs():
        here.start()
        recovered(one, here.directory, lambda: connection(here), here.log)
    with connection(here) as link:
        print(json.dumps(link.execute(query.encode()).fetchone()))


if __name__ == "__main__":
    main(*sys.argv[1:])
