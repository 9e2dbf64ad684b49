"""A PostgreSQL server of a test's own: in a temporary directory, on a Unix socket, gone at the end.

The newest version installed here; or the one in `PGSTEWARD_TEST_ROOT`, the root of another Debian (as mmdebstrap
makes), so that versions that this host does not carry can be tried, too; or, without client programs, one that npm
carries (`packaged`).
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from steward.session import READING, options
from tasks import shell

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
SETTINGS = """
listen_addresses = ''
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 40
password_encryption = 'scram-sha-256'
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track_utility = on
log_statement = 'all'
log_min_duration_statement = 0
log_min_messages = 'log'
autovacuum = off
ssl = on
ssl_ca_file = 'server.crt'
"""
CERTIFICATE = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=a"]
ACCESS = "local all postgres trust\nlocal all all scram-sha-256\n"


class Missing(Exception):
    """There is no PostgreSQL to test with."""


class Server:
    """A running server. `directory` holds its data and its socket, as seen from this host."""

    def __init__(self, binaries: Path | None = None) -> None:
        self.root = Path(os.environ.get("PGSTEWARD_TEST_ROOT", "/"))
        self.binaries = binaries or newest(self.root)
        self.clients = newest(self.root)
        self.version = int(re.findall(r"\d+", self._run(f"{self.binaries}/postgres", "--version"))[0])
        self.directory = Path(tempfile.mkdtemp(prefix="pgs-", dir=self.root / "tmp"))
        self.data = self.directory / "data"
        self.log = self.directory / "log"
        self._start()

    def _start(self) -> None:
        if os.geteuid() == 0:
            self._run("chown", "postgres", self._inside(self.directory), user="root")
        data = self._inside(self.data)
        self._run(f"{self.binaries}/initdb", "-D", data, "-N", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        self._run("openssl", *CERTIFICATE, "-keyout", f"{data}/server.key", "-out", f"{data}/server.crt")
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}unix_socket_directories = '{self._inside(self.directory)}'\n")
        self.access.write_text(ACCESS)
        self._run(f"{self.binaries}/pg_ctl", "-D", data, "-l", self._inside(self.log), "-w", "-s", "start")

    def stop(self) -> None:
        self._run(f"{self.binaries}/pg_ctl", "-D", self._inside(self.data), "-m", "immediate", "-s", "stop")
        shutil.rmtree(self.directory)

    def crash(self) -> None:
        """Every process of it dies at once, and it starts again and recovers."""
        self._run(f"{self.binaries}/pg_ctl", "-D", self._inside(self.data), "-m", "immediate", "-w", "-s", "stop")
        self._run(
            f"{self.binaries}/pg_ctl", "-D", self._inside(self.data), "-l", self._inside(self.log), "-w", "-s", "start"
        )

    @property
    def access(self) -> Path:
        """Its pg_hba.conf."""
        return self.data / "pg_hba.conf"

    def admit(self, lines: str) -> None:
        """Puts lines before those of pg_hba.conf; none takes them away again. In force when it returns."""
        self.access.write_text(lines + ACCESS)
        with self.connect() as admin:
            before = admin.execute("select pg_conf_load_time()").fetchone()
            admin.execute("select pg_reload_conf()")
            while admin.execute("select pg_conf_load_time()").fetchone() == before:
                pass

    def script(self, text: str, database: str = "postgres") -> str:
        """What psql prints for a script on its standard input, called as a deploy calls it."""
        return self.told('tell 5432 "$1" -v VERBOSITY=terse -f -', database, text=text)

    def load(self, text: str, database: str = "postgres") -> str:
        """The same, called as anybody calls psql: in the search_path that the database has."""
        flags = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-f", "-"]
        where = ["-h", self._inside(self.directory), "-U", "postgres"]
        return self._run("env", f"PGDATABASE={database}", f"{self.clients}/psql", *flags, *where, text=text)

    def told(self, command: str, *arguments: str, text: str = "") -> str:
        """What a command of the scripts' own library prints, which asks this server."""
        where = [f"PGHOST={self._inside(self.directory)}", "PGUSER=postgres", f"PATH={self.clients}:/usr/bin:/bin"]
        library = "\n".join(map(shell.text, shell.COMMON))
        return self._run("env", *where, "sh", "-c", f"{library}\n{command}", "told", *arguments, text=text)

    def dump(self, database: str) -> str:
        """A database's schema as pg_dump writes it, without the words that are others each time."""
        where = ["-h", self._inside(self.directory), "-U", "postgres"]
        text = self._run(f"{self.binaries}/pg_dump", "--schema-only", *where, database)
        return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.MULTILINE)

    def snapshot(self, name: str, database: str = "postgres") -> Any:
        """The JSON that `templates/sql/<name>.sql` gives; None where there is no such database."""
        try:
            with self.connect(database, settings=options(READING)) as admin:
                answer = admin.execute(snapshot(name))
                while answer.nextset():
                    pass
                return json.loads(answer.fetchall()[0][0])
        except psycopg.OperationalError as error:
            if "does not exist" in str(error):
                return None
            raise

    def connect(
        self, database: str = "postgres", user: str = "postgres", password: str = "", settings: str = ""
    ) -> psycopg.Connection:
        """A connection in autocommit mode. `settings`: libpq options, which no setting of the database overrules."""
        where = {"host": str(self.directory), "dbname": database, "user": user, "options": settings}
        return psycopg.connect(**where, password=password or None, autocommit=True)

    def _inside(self, path: Path) -> str:
        return f"/{path.relative_to(self.root)}"

    def _run(self, *command: str, text: str = "", user: str = "postgres") -> str:
        """The output of a command inside the root, as `user` if we are root, else as ourselves."""
        prefix = ["chroot", f"--userspec={user}", str(self.root)] if os.geteuid() == 0 else []
        done = subprocess.run([*prefix, *command], input=text, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
        return done.stdout


def snapshot(name: str) -> bytes:
    """The SQL of a snapshot."""
    return (TEMPLATES / "sql" / f"{name}.sql").read_bytes()


def newest(root: Path) -> Path:
    """The directory of the newest PostgreSQL's programs, as seen inside `root`; raises Missing if there is none."""
    found = [one.parent for one in (root / "usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise Missing(f"no PostgreSQL server below {root}; install postgresql and postgresql-contrib")
    best = max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    return Path("/") / best.relative_to(root)


def packaged(version: int) -> Path:
    """The programs of a version that `make packages` brings from npm; raises Missing if it has not."""
    found = Path(__file__).parent / "servers" / "node_modules" / f"postgresql-{version}" / "native" / "bin"
    if not (found / "postgres").exists():
        raise Missing(f"no PostgreSQL {version} below {found.parents[2]}; make packages")
    return found
