"""steward as a host has it, but in a test's own directories: `python -m tests.sql.dump.program dump take …`.

Here is no systemd to isolate a server: it runs beside, as whoever asks; on lab hosts it is isolated.

`DUMP_ROOT` holds what would be /etc, /var and /run; `DUMP_SOCKETS` is where the server listens. `DUMP_GATE` names a
function (`steward.dump.take:hashed`) before which it stops until the file `gate` is removed: what happens when it is
killed there can be tried.
"""

import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steward import cluster, locked, records, server
from steward.__main__ import main
from steward.cluster import Described
from steward.dump import programs, scratch
from steward.isolated import asked
from steward.isolated.asked import Enclosed
from steward.restore import instance

ROOT = Path(os.environ["DUMP_ROOT"])
SOCKETS = Path(os.environ["DUMP_SOCKETS"])
GATE = os.environ.get("DUMP_GATE", "")
PLACE = ROOT / "restored"


def settle() -> None:
    """Every place is one below `ROOT`."""
    cluster.described.__defaults__ = (ROOT / "etc",)
    Described.state = property(lambda told: ROOT / "state" / told.cluster)  # type: ignore[method-assign, assignment]
    for function in (locked.locked, locked.queued, locked.held):
        getattr(function, "__wrapped__", function).__defaults__ = (ROOT / "locks",)
    records.LINES, records.EXPORTED, records.OWN = ROOT / "log" / "jobs.jsonl", ROOT / "nowhere", ROOT / "metrics"
    records.history.__defaults__ = (records.LINES,)
    server.connect.__defaults__ = (SOCKETS, "postgres")
    programs.at.__defaults__ = (SOCKETS,)
    scratch.PLACE = instance.PLACE = PLACE
    instance.FAILED = ROOT / "log" / "failed-restore.log"
    asked.reachable, asked.isolated = bool, beside  # type: ignore[assignment]


@contextmanager
def beside(server: Enclosed, job: str) -> Iterator[None]:
    """The server as it would be handed over, run by ourselves."""
    server.sockets.mkdir()
    server.start()
    told, data = server.told, server.directory
    instance.recovered(told, data, lambda: instance.connection(server), server.log)
    yield
    server.stop()


def gate() -> None:
    """The function at which it stops tells so by a file, and goes on when that is gone."""
    module, path = GATE.split(":")
    *owners, name = path.split(".")
    owner = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)

    act = getattr(owner, name)

    def stop(*arguments: object, **named: object) -> object:
        (ROOT / "gate").touch()
        while (ROOT / "gate").exists():
            time.sleep(0.05)
        return act(*arguments, **named)

    setattr(owner, name, stop)


if __name__ == "__main__":
    settle()
    if GATE:
        gate()
    sys.exit(main(sys.argv[1:]))
