"""PostgreSQL's own programs: begun so that they end with us, and that what they say is not lost.

They get no password and ask for none; a database's name is handed over so that no letter in it has a meaning.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..server import SOCKETS
from ..session import DUMPING, READING, WRITING, Session
from ..session import options as begun_with

APPLICATION = "pgsteward dump"
OFTEN = 0.2  # seconds between two looks at a program that runs
GENTLE = 30  # seconds in which a program may end by itself when it is told to
SAID = 400  # letters of what a program says, at most
SESSIONS: dict[str, Session] = {"pg_dump": DUMPING, "pg_dumpall": READING}
"""What their sessions begin with; those of the others write."""


class Running:
    """A program that runs; what it says on its standard error is kept in a file without a name.

    `keep`: a lock that lasts as long as it, too, should it outlive us.
    """

    def __init__(self, command: Sequence[str], out: "int | IO[bytes]" = subprocess.DEVNULL, keep: int = -1) -> None:
        self.name = Path(command[0]).name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            # the kernel ends it when we are killed: nobody else would
            ["setpriv", "--pdeathsig", "TERM", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=self._errors,
            pass_fds=(keep,) if keep >= 0 else (),
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", "PGAPPNAME": APPLICATION, **self.session()},
        )

    def session(self) -> dict[str, str]:
        """What its sessions begin with, whatever is declared for those of the database."""
        return {"PGOPTIONS": begun_with(SESSIONS.get(self.name, WRITING))}

    def ended(self, patience: float = OFTEN) -> bool:
        """Whether it ended, after waiting so many seconds for it."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Ends it, and waits until it has."""
        if self.process.poll() is None:
            self.process.terminate()
            if not self.ended(GENTLE):
                self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """Its first words that tell of an error, or its last words."""
        self._errors.seek(0)
        lines = [line.decode(errors="replace").strip() for line in self._errors]
        told = [line for line in lines if "error:" in line or "ERROR:" in line] or lines[-1:]
        return told[0].removeprefix(f"{self.name}: ")[:SAID] if told else "it gave no reason"

    def well(self, hint: str) -> None:
        """Raises `Refused` unless it ended with 0."""
        if self.process.returncode:
            raise Refused("the dump", [Problem(self.name, self.said(), hint)])


@contextmanager
def running(command: Sequence[str], out: "int | IO[bytes]" = subprocess.DEVNULL, keep: int = -1) -> Iterator[Running]:
    """The program, for no longer than this lasts."""
    one = Running(command, out, keep)
    try:
        yield one
    finally:
        one.stop()


def run(command: Sequence[str], hint: str, meanwhile: Callable[[], object] = bool) -> None:
    """Runs a program to its end, and does something meanwhile; raises `Refused` where that was not a good end."""
    with running(command) as one:
        while not one.ended():
            meanwhile()
        one.well(hint)


def listed(command: Sequence[str], hint: str, well: Container[int] = (0,)) -> Iterator[str]:
    """The lines that a program prints, one at a time; raises `Refused` where it did not end well."""
    with running(command, subprocess.PIPE) as one:
        assert one.process.stdout is not None
        with one.process.stdout as out:
            for line in out:
                yield line.decode(errors="replace").rstrip("\n")
        while not one.ended():
            pass
        if one.process.returncode not in well:
            one.well(hint)


def program(told: Described, name: str, *arguments: str) -> list[str]:
    """The command that runs one of the server's programs of this cluster's version."""
    return [str(told.binaries / name), *arguments]


def at(port: int, database: str, sockets: Path = SOCKETS) -> list[str]:
    """The arguments that name a database of a server on this host."""
    return [f"--host={sockets}", f"--port={port}", "--no-password", f"--dbname={conninfo(database)}"]


def conninfo(database: str) -> str:
    """A database's name as a connection string, in which libpq looks for nothing else."""
    escaped = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def options(name: str, values: Iterable[str]) -> list[str]:
    """The same option for each value."""
    return [f"--{name}={value}" for value in values]
