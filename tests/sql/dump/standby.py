"""A standby of a test's server, that streams under the name of its node."""

import tempfile
from pathlib import Path

from ..server import Server

ALLOWED = "local replication postgres trust\n"


class Standby(Server):
    """Made by pg_basebackup; it ends with `stop`, as any server of these tests."""

    def __init__(self, primary: Server, node: str) -> None:
        self.root, self.binaries, self.version = primary.root, primary.binaries, primary.version
        self.directory = Path(tempfile.mkdtemp(prefix="pgs-", dir=self.root / "tmp"))
        self.data, self.log = self.directory / "data", self.directory / "log"
        self._run("chown", "postgres", self._inside(self.directory), user="root")
        primary.access.write_text(f"{primary.access.read_text()}{ALLOWED}")
        with primary.connect() as admin:
            admin.execute("select pg_reload_conf()")
        source = f"host={self._inside(primary.directory)} user=postgres application_name={node}"
        self._run(f"{self.binaries}/pg_basebackup", "-D", self._inside(self.data), "-R", "-c", "fast", "-d", source)
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"unix_socket_directories = '{self._inside(self.directory)}'\n")
        log = self._inside(self.log)
        self._run(f"{self.binaries}/pg_ctl", "-D", self._inside(self.data), "-l", log, "-w", "-s", "start")
