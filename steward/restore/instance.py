"""A server of its own beside production: another directory and port, a socket for the user postgres, nothing else.

It archives nothing, follows and subscribes to nobody, and knows no other host (`fleet.copies`); what a restore brought
along in postgresql.auto.conf is overruled on its command line, from its first start on.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet import copies
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..server import connect

PLACE = Path("/var/lib/postgresql/restored")
FIRST_PORT = 15432
COMPARED = {
    "max_connections setting": "max_connections",
    "max_worker_processes setting": "max_worker_processes",
    "max_wal_senders setting": "max_wal_senders",
    "max_prepared_xacts setting": "max_prepared_transactions",
    "max_locks_per_xact setting": "max_locks_per_transaction",
}
"""What pg_controldata calls the settings that recovery compares with those of the primary that wrote the log."""
SHARED_BUFFERS = "128MB"
MOST_WAL = "256MB"
FAILED = Path("/var/log/pgsteward/failed-restore.log")
PAUSE = 0.05
SELDOM, PATIENT = 20, 10  # of the pauses one, in which it is asked whether recovery is over; and how often that may be
BEGUN = 10  # seconds until a server that was started has written down its process
RECOVERY = "select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() end as state"


@dataclass(frozen=True)
class Instance:
    """A restored data directory that can be started."""

    told: Described
    directory: Path
    port: int

    @property
    def log(self) -> Path:
        return self.directory / "pgsteward.log"

    @property
    def sockets(self) -> Path:
        return self.directory / "pgsteward-socket"

    def prepare(self) -> None:
        """The files of a configuration of its own."""
        for name in ("socket", "spool", "lock"):
            (self.directory / f"pgsteward-{name}").mkdir(mode=0o700, exist_ok=True)
        (self.directory / "pgsteward-hba.conf").write_text("local all postgres peer\nlocal replication postgres peer\n")
        (self.directory / "pgsteward-ident.conf").write_text("")
        lines = [f"{name} = '{value}'" for name, value in self.settings().items()]
        (self.directory / "pgsteward.conf").write_text("\n".join([*lines, ""]))

    def settings(self) -> dict[str, str]:
        return {
            "data_directory": str(self.directory),
            "hba_file": str(self.directory / "pgsteward-hba.conf"),
            "ident_file": str(self.directory / "pgsteward-ident.conf"),
            "shared_buffers": SHARED_BUFFERS,
            "max_wal_size": MOST_WAL,
            "cluster_name": f"{self.told.cluster} restored",
            **self.compared(),
        }

    def overruled(self) -> dict[str, str]:
        """What must hold whatever the restored postgresql.auto.conf says."""
        return {
            **copies.beside(self.told.version),
            "port": str(self.port),
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "primary_conninfo": "",
            "primary_slot_name": "",
            "synchronous_standby_names": "",
            "ssl": "off",
            "logging_collector": "off",
            "log_destination": "stderr",
            "log_line_prefix": "%m [%p] ",
            "log_timezone": "GMT",
            "lc_messages": "C",
            "hot_standby": "on",
        }

    def compared(self) -> dict[str, str]:
        """The settings without which recovery would not begin, or would stop where production has raised one since."""
        found, own = control(self.told, self.directory), {}
        if (self.told.data / "global" / "pg_control").exists():
            own = control(self.told, self.told.data)
        return {
            COMPARED[name]: str(max(int(value), int(own.get(name, "0"))))
            for name, value in found.items()
            if name in COMPARED
        }

    def start(self) -> None:
        """Begins; whether it gets anywhere is `recovered`'s to say."""
        self.prepare()
        flags = " ".join(f"-c {name}='{value}'" for name, value in self.overruled().items())
        options = f"-c config_file={self.directory / 'pgsteward.conf'} {flags}"
        self._ctl("start", "-W", "-o", options, "-l", str(self.log))
        deadline = time.monotonic() + BEGUN
        while not self.runs() and time.monotonic() < deadline and not dead(self.log):
            time.sleep(PAUSE / 4)

    def stop(self) -> None:
        if serves(self.directory):
            self._ctl("stop", "-m", "fast", "-w")

    def remove(self) -> None:
        """Stops it, and leaves nothing; at most an empty directory, where the one above it is root's."""
        self.stop()
        for path in self.directory.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        with suppress(PermissionError):
            self.directory.rmdir()

    def kill(self) -> None:
        """Stops it at once, whatever it is at; what it leaves is not to be used."""
        if serves(self.directory):
            self._ctl("stop", "-m", "immediate", checked=False)

    def keep_log(self) -> None:
        """The log of a server that did not get where it should outlives it, where the disk has room for that."""
        with suppress(OSError):
            shutil.copyfile(self.log, FAILED)

    def give_up(self) -> None:
        """Leaves nothing but its log."""
        self.keep_log()
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def runs(self) -> bool:
        return runs(self.told, self.directory)

    def _ctl(self, *arguments: str, checked: bool = True) -> "subprocess.CompletedProcess[str]":
        command = [str(self.told.binaries / "pg_ctl"), "--silent", f"--pgdata={self.directory}", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if checked and done.returncode:
            raise Refused(str(self.directory), [Problem("the restored server", done.stdout.strip(), f"see {self.log}")])
        return done


def recovered(told: Described, data: Path, connected: "Callable[[], Any]", log: Path) -> None:
    """Waits until a server has left recovery; raises `Refused` with its own last words where it ends instead, or where
    it is up and lets nobody in: a page that every connection reads may be damaged.

    pg_ctl's word is no proof: a server that cannot reach its target starts, and ends seconds later.
    """
    import psycopg

    tries, shut = 0, 0
    while True:
        try:
            with connected() as connection:  # one for as long as it takes: each is a process, and lines in the log
                while state := connection.execute(RECOVERY).fetchone()["state"]:
                    if state == "paused":
                        raise ended("recovery", f"stands still: {last('WARNING', log)}", log)
                    time.sleep(PAUSE)
                return
        except psycopg.OperationalError:
            tries += 1
            if not runs(told, data):
                raise ended("recovery", fatal(log), log) from None
            if tries % SELDOM == 0 and control(told, data).get("Database cluster state") == "in production":
                shut += 1
            if shut == PATIENT:
                raise ended("the restored server", f"is up and lets nobody in: {fatal(log)}", log) from None
        time.sleep(PAUSE)


def runs(told: Described, data: Path) -> bool:
    """Whether a server's first process is there, whatever its file says."""
    command = [str(told.binaries / "pg_ctl"), "--silent", f"--pgdata={data}", "status"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def serves(data: Path) -> bool:
    """Whether the process that a data directory names is a server of it, and not one that has its number since a boot:
    pg_ctl sends its signal to whichever has it, and that may be production's."""
    try:
        number = (data / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0].strip()
        return Path("/proc", number, "cwd").readlink() == data.resolve()
    except OSError:
        return False


def ended(where: str, what: str, log: Path) -> Refused:
    hint = f"its log is {log}, or, of a server beside production, {FAILED}"
    return Refused("the restore", [Problem(where, what, hint)])


def control(told: Described, data: Path) -> dict[str, str]:
    """What pg_controldata says of a data directory, by its own names."""
    command = [str(told.binaries / "pg_controldata"), str(data)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout
    pairs = (line.split(":", 1) for line in said.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def dead(log: Path) -> bool:
    """Whether a server's log says that it has given up."""
    return log.exists() and re.search(r"(FATAL|PANIC):", log.read_text(errors="replace")) is not None


def fatal(log: Path) -> str:
    """The last fatal line of a server's log."""
    return last("FATAL|PANIC", log) or "the server ended and does not say why"


def last(severity: str, log: Path) -> str:
    """The last line of this severity in a server's log; empty where there is none."""
    found = re.findall(rf"(?:{severity}):\s+(.*)", log.read_text(encoding="utf-8", errors="replace"))
    return str(found[-1]) if found else ""


def connection(instance: Instance, database: str = "postgres") -> Any:
    return connect(instance.port, instance.sockets, database)


def free_port() -> int:
    """The first port that no restored server uses."""
    used = {port(path) for path in PLACE.glob("*/pgsteward-socket/.s.PGSQL.*")}
    return next(number for number in range(FIRST_PORT, 65536) if number not in used)


def port(socket: Path) -> int:
    digits = socket.name.split(".")[3]
    return int(digits) if digits.isdigit() else 0
