"""What runs: every host, and the object store, in a control group of its own.

A group is the one true record of what the lab started. It knows children of children, it outlives a crashed
`lab up`, a number used again by another process never gets into it, and the kernel kills all of it at once.
Hosts of their own group also keep apart: nspawn would put them all into one, where their systemds share units.
"""

import errno
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from .shell import Trouble

PATIENCE = 10  # seconds that the kernel may take to stop or end processes
# Puts itself into the groups ($1, up to --) and leaves the command after that behind, born in them.
ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec setsid --fork "$@"'


@cache
def trees() -> tuple[Path, ...]:
    """The hierarchies to make groups in: the unified one first, and systemd's old one where there is one."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    unified = [Path(mount[1]) for mount in mounts if mount[2] == "cgroup2"]
    legacy = [Path(mount[1]) for mount in mounts if mount[2] == "cgroup" and "name=systemd" in mount[3].split(",")]
    if not unified:
        raise Trouble("this machine has no cgroup2", "mount it on /sys/fs/cgroup, or run in any Linux VM")
    return (unified[0], *legacy[:1])


def start(group: str, command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
    """Runs the command in the group, detached; what it says goes to `log`. It is in the group on return."""
    directories = [tree / group for tree in trees()]
    for directory in directories:
        _make(directory)
    with log.open("ab") as out:
        done = subprocess.run(
            ["sh", "-c", ENTER, "sh", *map(str, directories), "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    if done.returncode:
        raise Trouble(f"{command[0]} could not be started in the control group {group}", f"see {log}")


def _make(group: Path) -> None:
    """Makes the group and those above it, which whoever ends the last of their groups may remove at any moment."""
    while True:
        with suppress(FileNotFoundError):
            return group.mkdir(parents=True, exist_ok=True)


def running(group: str) -> list[int]:
    """The process ids of the group and all groups below it."""
    pids: list[int] = []
    for name in below(group):
        with suppress(OSError):  # it goes away meanwhile
            pids += [int(pid) for pid in (trees()[0] / name / "cgroup.procs").read_text().split()]
    return sorted(pids)


def below(group: str) -> list[str]:
    """The group and all groups below it, the lowest last; of groups that come and go, those that were seen."""
    top = trees()[0]
    return [str(Path(directory).relative_to(top)) for directory, _, _ in os.walk(top / group)]


def freeze(group: str) -> None:
    """No process of the group runs any more, none notices; only `kill` is left for them."""
    with _while_there():
        (trees()[0] / group / "cgroup.freeze").write_text("1")
        _await(group, "frozen 1", "do not stop")


def kill(group: str) -> None:
    """Ends every process of the group at once, as kill -9 would, and returns when they are gone."""
    with _while_there():
        (trees()[0] / group / "cgroup.kill").write_text("1")
        _await(group, "populated 0", "do not end")


@contextmanager
def _while_there() -> Iterator[None]:
    """A group may go at any moment: to open a file of it is one error then, to read an open one another."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENODEV):
            raise


def _await(group: str, event: str, otherwise: str) -> None:
    events, until = trees()[0] / group / "cgroup.events", time.monotonic() + PATIENCE
    while event not in events.read_text():
        if time.monotonic() > until:
            raise Trouble(f"processes of {group} {otherwise}", "see `ps`: the kernel may be waiting for a disk")
        time.sleep(0.005)


def remove(group: str) -> None:
    """Kills what is left in the group and removes it, with all groups below it and those above that are empty."""
    kill(group)
    for tree in trees():
        for directory, _, _ in os.walk(tree / group, topdown=False):
            _remove_empty(Path(directory))
        here = tree / group
        while here != tree and _remove_empty(here):
            here = here.parent


def _remove_empty(directory: Path) -> bool:
    """Whether the group is gone now."""
    try:
        directory.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
