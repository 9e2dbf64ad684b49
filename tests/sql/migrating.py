"""A database with an owner and a folder of migrations; and the program itself, run as people run it: as a process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests import interrupts

from .server import Server

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds for anything at all; machines of tests are busy
DATABASE = "m"
# another interpreter may run the program: the one that hosts have, with the psycopg that they have
PYTHON = os.environ.get("PGSTEWARD_TEST_PYTHON", sys.executable)


class Place:
    """The database `m` of `m_owner`, and a folder. `files` writes migrations, `migrate` runs the program."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        folder.mkdir()
        self.log_before = server.log.stat().st_size
        self.where = ["--dsn", f"host={server.directory} dbname={DATABASE} user=postgres", "--role", "m_owner"]
        with server.connect() as admin:
            admin.execute("CREATE ROLE m_owner")
            admin.execute("CREATE DATABASE m OWNER m_owner")

    def owner_connects(self) -> None:
        """From now on the program connects as the owner, as a deploy has it do; here no password is asked for."""
        with self.connect() as admin:
            admin.execute("ALTER ROLE m_owner LOGIN")
        self.server.admit(f"local {DATABASE} m_owner trust\n")
        self.where = ["--dsn", f"host={self.server.directory} dbname={DATABASE} user=m_owner"]

    def files(self, **contents: str) -> None:
        """`files(_1_users_up="…")` writes 1_users.up.sql."""
        for word, content in contents.items():
            name = word.removeprefix("_")
            for way in ("_up", "_down"):
                name = f"{name.removesuffix(way)}.{way[1:]}" if name.endswith(way) else name
            (self.folder / f"{name}.sql").write_bytes(content.encode())

    def command(self, verb: str, *arguments: str) -> list[str]:
        folder = [] if verb == "seed" else ["--folder", str(self.folder)]
        return [PYTHON, "-m", "steward", "migrate", verb, *folder, *self.where, *arguments]

    def migrate(self, verb: str, *arguments: str, code: int = 0) -> str:
        """What the program says, on both channels; it must end with `code` and without a traceback."""
        done = subprocess.run(
            self.command(verb, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        assert done.returncode == code, said
        return said

    def answer(self, verb: str, *arguments: str, code: int = 0) -> Any:
        """The program's JSON."""
        command = self.command(verb, "--json", *arguments)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def begin(self, verb: str, *arguments: str) -> "subprocess.Popen[str]":
        """The program, under way."""
        return subprocess.Popen(
            self.command(verb, *arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            preexec_fn=interrupts.heard,
        )

    def connect(self) -> "psycopg.Connection[Any]":
        return self.server.connect(DATABASE)

    def ask(self, question: str) -> list[Any]:
        """Rows, or their only column."""
        with self.connect() as admin:
            rows = admin.execute(question).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def do(self, command: str) -> None:
        with self.connect() as admin:
            admin.execute("SET ROLE m_owner")
            admin.execute(command)

    def ledger(self) -> dict[int, bool]:
        """Version to success."""
        return dict(self.ask("SELECT version, success FROM _sqlx_migrations ORDER BY version"))

    def catalog(self) -> list[Any]:
        """Everything that there is, in any schema, by name: what a run that changes nothing leaves alike."""
        return self.ask(
            "SELECT 'class', relnamespace::regnamespace::text, relname, relkind::text FROM pg_class "
            "UNION ALL SELECT 'schema', nspname, nspacl::text, '' FROM pg_namespace "
            "UNION ALL SELECT 'proc', pronamespace::regnamespace::text, oid::regprocedure::text, '' FROM pg_proc "
            "UNION ALL SELECT 'type', typnamespace::regnamespace::text, typname, '' FROM pg_type ORDER BY 1, 2, 3, 4"
        )

    def logged(self, words: str) -> int:
        """How often the server has logged `words` since this place was made."""
        with self.server.log.open("rb") as log:
            log.seek(self.log_before)
            return log.read().count(words.encode())

    def waiting(self, query: str) -> bool:
        """Whether a migrator's backend is inside of a statement that looks like `query`."""
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgsteward migrate' AND state = 'active'"
        )
        return self.ask(f"{question} AND query ILIKE '%{query}%'") != [0]


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for something to be true; fails when it does not come."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


def end_of(process: "subprocess.Popen[str]", code: int = 0) -> str:
    """What it said, when it has ended with `code`."""
    said, _ = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in said, said
    assert process.returncode == code, said
    return said
