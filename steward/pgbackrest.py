"""pgBackRest's own command, run as the user that this program runs as."""

import re
import subprocess
from collections.abc import Sequence
from functools import cache

from fleet.problem import Problem, Refused

IMPATIENCE = 2  # seconds; a bucket that is away is tried for many times as long
QUIET = ("--log-level-console=off", "--log-level-stderr=error")
PREFER_STANDBY_SINCE = (2, 54)
"""Before, `backup-standby` fails where no standby is up."""


@cache
def version() -> tuple[int, ...]:
    """(2, 55, 1) of the pgBackRest that is installed."""
    words = subprocess.run(["pgbackrest", "version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in words[-1].split(".") if part.isdigit())


def run(cluster: str, *arguments: str, shown: bool = False) -> "subprocess.CompletedProcess[str]":
    """The finished command for a stanza. `shown`: what it says goes where this program's goes.

    It may quote what it has decrypted in vain, which is no text.
    """
    command = ["pgbackrest", f"--stanza={cluster}", *(() if shown else QUIET), *arguments]
    errors = subprocess.STDOUT if shown else subprocess.PIPE
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        encoding="utf-8",
        errors="replace",  # in its JSON, a backslash would begin an escape
        cwd="/",
    ) as process:
        if shown and process.stdout:
            for line in process.stdout:
                print(line, end="", flush=True)
        out, error = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out, error)


def say(cluster: str, *arguments: str) -> str:
    """What a command prints; raises `Refused` with pgBackRest's own words where it fails."""
    return _said(cluster, arguments, run(cluster, *arguments))


def glimpse(cluster: str, *arguments: str) -> str:
    """The same, without much patience for a repository that is away."""
    return _said(cluster, arguments, run(cluster, f"--io-timeout={IMPATIENCE}", *arguments))


def _said(cluster: str, arguments: Sequence[str], done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode:
        raise failed(cluster, arguments, done.stderr)
    return done.stdout


def failed(cluster: str, arguments: Sequence[str], said: str) -> Refused:
    """The refusal for a command that failed."""
    reason = next((line for line in said.splitlines() if "ERROR" in line), said.strip() or "no reason given")
    hint = "is the repository reachable from here, and its server up? /var/log/pgbackrest says more"
    if re.search(r"ERROR: \[(029|095)\]", reason) and "certificate" not in said:
        reason, hint = "the repository cannot be read", "was it made with another cipher? `make deploy` tells more"
    return Refused(cluster, [Problem(f"pgbackrest {arguments[-1]}", reason.partition("ERROR: ")[2] or reason, hint)])
