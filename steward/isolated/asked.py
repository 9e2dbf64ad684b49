"""What postgres asks of the socket: a stopped server runs on as somebody else; what such a one has left is removed."""

import json
import os
import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

from ..restore.instance import PAUSE, Instance, connection, ended
from .request import CLEAR, SERVE, Request

SOCKET = Path("/run/pgsteward-isolated.socket")
NO_PASSWORDS = "/nonexistent"
"""The file of passwords, as libpq is told: such a server may ask for one, and gets none."""
PATIENCE = 120.0  # seconds until a server that was stopped in order lets somebody in
HINT = "deploy this host once more, which installs it; `systemctl status pgsteward-isolated.socket` says what it is at"


@dataclass(frozen=True)
class Enclosed(Instance):
    """A server of which an owner's code may do what it likes. Beside its data lie its socket and its log."""

    @property
    def log(self) -> Path:
        return self.directory.parent / "server.log"

    @property
    def sockets(self) -> Path:
        return self.directory.parent / "socket"

    def overruled(self) -> dict[str, str]:
        """The directory of the socket is below one that only postgres may enter."""
        return {**super().overruled(), "unix_socket_permissions": "0777", "restore_command": ""}


def reachable() -> None:
    """Raises `Refused` where nobody would make such a server."""
    if not SOCKET.is_socket():
        raise unanswered("is not there")


@contextmanager
def isolated(instance: Enclosed, job: str) -> Iterator[None]:
    """The server runs while this lasts, and its data is gone afterwards. `job`: whose memory it takes."""
    os.environ["PGPASSFILE"] = NO_PASSWORDS
    instance.prepare()
    instance.sockets.mkdir(mode=0o755, exist_ok=True)
    if (recovery := Instance(instance.told, instance.directory, 0).log).exists():
        recovery.rename(instance.log)
    place, told = instance.directory.parent, instance.told
    tablespaces = Path(f"{instance.directory}-tablespaces")
    names = (instance.directory, instance.sockets, *([tablespaces] if tablespaces.exists() else []))
    wanted = Request(SERVE, tuple(one.name for one in names), told.cluster, job, told.version, instance.overruled())
    with requested(wanted, place, instance.log) as link:
        try:
            answered(link)
            accepted(instance, link)
            yield
        finally:
            link.shutdown(socket.SHUT_WR)
            while answer(link):
                pass


def clear(place: Path) -> None:
    """Has removed what lies in a directory of postgres's and is not postgres's: an isolated server has left it."""
    with os.scandir(place) as entries:
        names = [one.name for one in entries if one.stat(follow_symlinks=False).st_uid != os.geteuid()]
    if names:
        with requested(Request(CLEAR, tuple(names)), place, place / "server.log") as link:
            answered(link)


@contextmanager
def requested(wanted: Request, place: Path, log: Path) -> Iterator[socket.socket]:
    """The request is made, and listened to."""
    handles = [
        os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC),
        os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600),
    ]
    try:
        with linked() as link:
            socket.send_fds(link, [wanted.line()], handles)
            yield link
    finally:
        for one in handles:
            os.close(one)


@contextmanager
def linked() -> Iterator[socket.socket]:
    """A connection to the socket; raises `Refused` where nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        try:
            link.connect(str(SOCKET))
        except OSError as error:
            raise unanswered(f"does not answer: {(error.strerror or 'no reason given').lower()}") from None
        yield link


def unanswered(what: str) -> Refused:
    return Refused("the isolated server", [Problem(str(SOCKET), what, HINT)])


def answer(link: socket.socket) -> "dict[str, Any] | None":
    """The next that is said; None at the end. Raises `Refused` where that was no."""
    said = b""
    while not said.endswith(b"\n"):
        more = link.recv(1)
        if not more:
            return None
        said += more
    found: dict[str, Any] = json.loads(said)
    if "refused" in found:
        raise Refused("the isolated server", [Problem(*one) for one in found["refused"]])
    return found


def answered(link: socket.socket) -> None:
    """Waits until what was asked is done; raises `Refused` where it was not."""
    if answer(link) is None:
        raise unanswered("ended without a word: `journalctl -u 'pgsteward-isolated*'` knows why")


def accepted(instance: Enclosed, link: socket.socket) -> None:
    """Waits until the server lets us in; raises `Refused` with its own last words where it ends instead."""
    import psycopg

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection(instance).close()
        except psycopg.OperationalError:
            over = select.select([link], [], [], PAUSE)[0]
            if over or time.monotonic() > deadline:
                what = "ended" if over else "lets nobody in"
                instance.keep_log()
                raise ended("the isolated server", f"{what}: {last_words(instance)}", instance.log) from None
        else:
            return


def last_words(instance: Enclosed) -> str:
    """The last line of its log."""
    lines: Sequence[str] = instance.log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it does not say why"
