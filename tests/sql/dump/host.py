"""A host with a server, in a directory of a test's own, and steward on it as the user that owns the server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fleet.drill import Report, report
from steward.cluster import Described, described
from steward.dump import store
from steward.dump.store import Dump
from tests import interrupts

from ..server import Server

HOUSE = Path(__file__).parent.parent.parent.parent
PATIENCE = 60.0
DECLARED: dict[str, Any] = {
    "kind": "directory",
    "compression": "gzip:1",
    "jobs": 2,
    "passwords": False,
    "reserve": 0,
    "verify": {"jobs": 1, "memory": 256 << 20},
    "pause": 86400,
    "verify_pause": 604800,
    "retention": {"last": 3, "days": 0, "daily": 7, "weekly": 0, "monthly": 0, "yearly": 0},
    "order": ["pg1"],
}

DRILLS = {
    "kinds": {"dump": {"repository": "", "rto": 60, "rpo": 3600, "on_primary": True}},
    **{"load": 100_000, "free": 0, "memory": 256 << 20},
}


class Host:
    """Where the server is one of another Debian, steward runs in there, too, by that Debian's own Python."""

    def __init__(self, server: Server, node: str = "pg1", port: int = 5432) -> None:
        self.server, self.node, self.port = server, node, port
        self.sockets = server.directory
        self.root = Path(tempfile.mkdtemp(prefix="dump-", dir=server.root / "tmp"))
        self.elsewhere = server.root != Path("/")
        self.assertions: list[dict[str, str]] = []
        self.databases: dict[str, dict[str, Any]] = {}
        self.owners: list[str] = []
        if self.elsewhere:
            for part in ("steward", "fleet", "tests/__init__.py", "tests/sql/__init__.py", "tests/sql/dump"):
                bring(HOUSE / part, self.root / "house" / part)
        for name in ("etc/main", "state/main", "locks", "log", "metrics", "restored", "backups"):
            (self.root / name).mkdir(parents=True)
        self.declare()
        self.own()

    def own(self) -> None:
        """What is here is the server's user's."""
        if os.geteuid() == 0:
            inside = ["chroot", self.server.root] if self.elsewhere else []
            subprocess.run([*inside, "chown", "-R", "postgres:", self.inside(self.root)], check=True)

    def gone(self) -> None:
        shutil.rmtree(self.root)

    def declare(self, databases: "Mapping[str, Mapping[str, Any]] | None" = None, **more: Any) -> None:
        """What the host is told of dumps."""
        known = {
            name: {"content": "whole", "tables": [], "without": [], "without_rows": [], "pause": 86400, **one}
            for name, one in (databases or {"shop": {}}).items()
        }
        dumps = {**DECLARED, "directory": self.inside(self.root / "backups"), "databases": known, **more}
        told = {
            **{"cluster": "main", "node": self.node, "server": True, "version": self.server.version},
            **{"port": self.port, "data": self.inside(self.server.data), "rpo": 60, "queue": 0, "standbys": []},
            **{"repositories": [], "jobs": [], "dumps": dumps, "peers": [], "read_only": False},
            **{"databases": self.databases, "owners": self.owners},
            "drills": {**DRILLS, "directory": self.inside(self.root / "drills"), "assertions": list(self.assertions)},
        }
        (self.root / "etc" / "main" / "steward.json").write_text(json.dumps(told))

    @property
    def told(self) -> Described:
        """What steward is told, as seen from this host."""
        found = described("main", self.root / "etc")
        assert found.dumps
        return replace(found, dumps=replace(found.dumps, directory=self.root / "backups"))

    def inside(self, path: Path) -> str:
        """The path as steward sees it."""
        return f"/{path.relative_to(self.server.root)}"

    def begin(self, *words: str, gate: str = "") -> "subprocess.Popen[str]":
        """steward, begun; `gate`: where it stops."""
        where = {"DUMP_ROOT": self.inside(self.root), "DUMP_SOCKETS": self.inside(self.sockets), "DUMP_GATE": gate}
        house = self.inside(self.root / "house") if self.elsewhere else str(HOUSE)
        environment = {**os.environ, **where, "PGUSER": "postgres", "PYTHONPATH": house, "HOME": where["DUMP_ROOT"]}
        python = "/usr/bin/python3" if self.elsewhere else sys.executable
        command = [*self.entering(), python, "-m", "tests.sql.dump.program", *words]
        return subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=interrupts.heard,
        )

    def entering(self) -> list[str]:
        """The words before a command that is to be run as the server's user, where the server is."""
        if os.geteuid() != 0:
            return []
        if self.elsewhere:
            return ["chroot", "--userspec=postgres", str(self.server.root)]
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    def dump(self, *words: str, code: int = 0) -> str:
        """What `steward dump` prints; it ends with this exit code."""
        process = self.begin("dump", *words)
        out, errors = process.communicate(timeout=600)
        assert "Traceback" not in errors, errors
        assert process.returncode == code, (process.returncode, out, errors)
        return out + errors

    def drill(self, code: int = 0) -> Report:
        """What a drill of the kind `dump` has come to; it ends with this exit code."""
        process = self.begin("drill", "dump", "main")
        out, errors = process.communicate(timeout=600)
        assert process.returncode == code, (process.returncode, out, errors)
        newest = max((self.root / "state" / "main" / "drills").glob("*-dump.json"), key=lambda one: one.stat().st_mtime)
        return report(json.loads(newest.read_text()))

    def take(self, database: str = "shop", *words: str) -> Dump:
        """A dump that was taken just now."""
        before = {one.id for one in self.dumps()}
        self.dump("take", "main", database, *words)
        return next(one for one in self.dumps() if one.id not in before)

    def dumps(self) -> list[Dump]:
        return store.dumps(self.told)

    def left(self) -> list[str]:
        """What is in the directory of dumps and is none."""
        place = self.root / "backups" / "main"
        known = {".used", "pgsteward-owner.json", *(one.id for one in self.dumps())}
        return sorted(one.name for one in place.glob("*") if one.name not in known)

    def records(self) -> list[dict[str, Any]]:
        path = self.root / "log" / "jobs.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def at_gate(self) -> bool:
        return (self.root / "gate").exists()

    def sessions(self) -> int:
        """How many sessions of dumps there are."""
        with self.server.connect() as admin:
            row = admin.execute("select count(*) from pg_stat_activity where application_name = 'pgsteward dump'")
            found: tuple[int] = row.fetchone()  # type: ignore[assignment]
            return found[0]

    def waiting(self) -> int:
        """How many of them wait for a lock."""
        with self.server.connect() as admin:
            query = "select count(*) from pg_stat_activity where application_name = 'pgsteward dump'"
            row = admin.execute(f"{query} and wait_event_type = 'Lock'")
            found: tuple[int] = row.fetchone()  # type: ignore[assignment]
            return found[0]

    @contextmanager
    def stopped(self, gate: str, *words: str, verb: str = "dump") -> Iterator["subprocess.Popen[str]"]:
        """steward, standing at a gate."""
        (self.root / "gate").unlink(missing_ok=True)
        process = self.begin(verb, *words, gate=gate)
        try:
            until(lambda: self.at_gate() or process.poll() is not None)
            assert process.poll() is None, process.communicate()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()


def bring(source: Path, target: Path) -> None:
    """A part of this tree into another Debian."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "test_*"))
    else:
        shutil.copy(source, target)


def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits until it is true."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
