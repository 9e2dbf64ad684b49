"""PURE: the unit that an isolated server runs in, as words of systemd-run.

Its root is empty but for what programs need to run: there is no file, socket or key of production's in it. Its user
is one that systemd makes for it and that owns nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

READABLE = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
"""Programs, libraries, locales and time zones."""
ALSO = (
    "/etc/alternatives",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
    "/var/cache/postgresql/dicts",
)
"""What the libraries read, where it is there: names, never secrets."""
FIXED = (
    "DynamicUser=yes",
    "PrivateNetwork=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "PrivateIPC=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "ProtectProc=invisible",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "LockPersonality=yes",
    "RestrictAddressFamilies=AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
    "KeyringMode=private",
    "RemoveIPC=yes",
    "LimitCORE=0",
    "TasksMax=512",
    "CPUWeight=1",
    "IOSchedulingClass=idle",
    "IOWeight=1",
    "MemorySwapMax=0",
    "OOMPolicy=continue",
    "WorkingDirectory=/",
    "KillMode=control-group",
    "KillSignal=SIGKILL",
    "RuntimeMaxSec=7d",
    "MountAPIVFS=yes",
    "TemporaryFileSystem=/dev/shm:mode=1777",
)
WAITING = 'echo waiting && read -r go && [ "$go" = go ] && exec "$@" > /dev/null < /dev/null'
"""What runs first, as the user: it waits until the data is the user's."""


@dataclass(frozen=True)
class Unit:
    """`parent`: the unit that it lives no longer than, which has made the empty directory `root`. `memory`: bytes;
    `shared`: the directories that it may write, and sees where they are."""

    name: str
    parent: str
    root: Path
    memory: int
    shared: tuple[Path, ...]


def enclosed(unit: Unit, command: Sequence[str]) -> list[str]:
    """The command in such a unit."""
    words = [f"--property={one}" for one in (*FIXED, *own(unit))]
    run = ["systemd-run", "--quiet", "--wait", "--collect", "--pipe", "--nice=19"]
    named = [f"--unit={unit.name}", "--description=PostgreSQL with an owner's code in it, isolated"]
    return [*run, *named, *words, "/bin/sh", "-c", WAITING, "sh", *command]


def own(unit: Unit) -> Iterator[str]:
    """What is this one's alone."""
    yield f"BindsTo={unit.parent}"
    yield f"After={unit.parent}"
    yield f"RootDirectory={unit.root}"
    yield f"MemoryMax={unit.memory}"
    yield f"BindReadOnlyPaths={' '.join([*READABLE, *(f'-{one}' for one in ALSO)])}"
    yield f"BindPaths={' '.join(map(str, unit.shared))}"


def server(version: int, data: Path, settings: "dict[str, str]") -> list[str]:
    """The command that runs PostgreSQL on the data."""
    program = f"/usr/lib/postgresql/{version}/bin/postgres"
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [program, "-D", str(data), "-c", f"config_file={data / 'pgsteward.conf'}", *flags]
