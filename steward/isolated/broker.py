"""Root's part, once for each request: hands the data over, has the server run, and removes both when it is over."""

import json
import os
import re
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam
from typing import Any, NoReturn

from fleet.problem import Problem, Refused

from ..cluster import Described, described
from . import sandbox
from .handover import SHORT_LIVED, Hands, clear, take, where
from .request import SERVE, Request, parse

LONGEST = 1 << 20  # bytes of a request
KEEPER = "postgres"


def serve(unit: str) -> int:
    """Answers the request on standard input; `unit` is the one that systemd has made for it."""
    signal.signal(signal.SIGTERM, ended)
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as link:
        try:
            asked, place, log = received(link)
            clear(place, asked.names) if asked.verb != SERVE else run(link, unit, asked, place, log)
        except Refused as refused:
            tell(link, refused=[[one.where, one.what, one.hint] for one in refused.problems])
            return 1
        tell(link, gone=True)
    return 0


def ended(*_: object) -> NoReturn:
    """What systemd stops ends as what has lost its client does."""
    sys.exit(143)


def received(link: socket.socket) -> tuple[Request, int, int]:
    """The request, its directory and its log: both are postgres's."""
    text, handles, _, _ = socket.recv_fds(link, LONGEST, 2)
    while text and not text.endswith(b"\n") and len(text) < LONGEST:
        more = link.recv(LONGEST)
        text += more or b"\n"
    keeper = getpwnam(KEEPER).pw_uid
    seen = [os.fstat(one) for one in handles]
    kinds = [stat.S_IFMT(one.st_mode) for one in seen]
    if kinds != [stat.S_IFDIR, stat.S_IFREG] or {one.st_uid for one in seen} != {keeper}:
        raise trouble("the request", "comes without a directory and a log of postgres's")
    return parse(text), handles[0], handles[1]


def run(link: socket.socket, unit: str, asked: Request, place: int, log: int) -> None:
    """The server, for as long as whoever asked is there."""
    command, own = commanded(unit, asked, place)
    with unit_of(own, command, log) as process:
        assert process.stdin and process.stdout
        keeper = getpwnam(KEEPER).pw_uid
        try:
            process.stdout.readline()  # it has begun, or ended
            hands = Hands(keeper, *user(own))
            for name in asked.names:
                take(place, name, hands)
            process.stdin.write(b"go\n")
            process.stdin.close()
            tell(link, began=True)
            watch(link, process)
        finally:
            subprocess.run(["systemctl", "stop", own], check=False, capture_output=True)
            process.wait()
            clear(place, asked.names)


def commanded(unit: str, asked: Request, place: int) -> tuple[list[str], str]:
    """The words of systemd-run, and the unit that they make."""
    shared = tuple(where(place) / name for name in asked.names)
    own = unit.replace("pgsteward-isolated@", "pgsteward-isolated-server-")
    root = Path(os.environ["RUNTIME_DIRECTORY"])
    bounds = sandbox.Unit(own, unit, root, memory(described(asked.cluster), asked.job), shared)
    return sandbox.enclosed(bounds, sandbox.server(asked.version, shared[0], dict(asked.settings))), own


def memory(told: Described, job: str) -> int:
    """The bytes that were declared for the job."""
    if job == "verify" and told.dumps:
        return told.dumps.verify_memory
    if job == "drill" and told.drills:
        return int(told.drills["memory"])
    raise trouble(job, f"is not declared for {told.cluster} here")


@contextmanager
def unit_of(own: str, command: list[str], log: int) -> Iterator["subprocess.Popen[bytes]"]:
    """systemd-run, which lasts as long as its unit."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as process:
        yield process


def user(unit: str) -> tuple[int, int]:
    """The numbers of user and group that the unit runs as, by the kernel's word and not by its own; raises `Refused`
    where it does not run, or as somebody who is there without it."""
    first = first_process(unit)
    try:
        status = Path(f"/proc/{first}/status").read_text(encoding="utf-8")
    except OSError:
        raise trouble("systemd", "made no unit for it") from None
    if first_process(unit) != first:  # else the number may be another process's by now
        raise trouble("systemd", "has a unit for it that has ended")
    user, group = (int(number) for number in re.findall(r"^[UG]id:\t(\d+)", status, re.MULTILINE))
    if user not in SHORT_LIVED or group not in SHORT_LIVED:
        raise trouble("systemd", f"made no user for it: it runs as {user}, group {group}")
    return user, group


def first_process(unit: str) -> str:
    """The number of the process that systemd has begun the unit with; 0 where none is left."""
    command = ["systemctl", "show", "--property=MainPID", "--value", unit]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def watch(link: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    """Until whoever asked is gone; where the server ends before, that is told."""
    handle = os.pidfd_open(process.pid)
    waiting = [link.fileno(), handle]
    while link.fileno() not in (ready := select.select(waiting, [], [])[0]):
        if handle in ready:
            tell(link, ended=True)
            waiting.remove(handle)
    os.close(handle)


def tell(link: socket.socket, **said: Any) -> None:
    try:
        link.sendall(json.dumps(said).encode() + b"\n")
    except OSError:
        return  # nobody is there any more


def trouble(where: str, what: str) -> Refused:
    hint = "`journalctl -u 'pgsteward-isolated*'` has more; was the host deployed by this release?"
    return Refused("the isolated server", [Problem(where, what, hint)])
