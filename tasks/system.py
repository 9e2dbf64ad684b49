"""The host around PostgreSQL: nothing starts, restarts or upgrades it behind our back; its kernel is set for it."""

from pathlib import PurePosixPath

from fleet.hostfile import HostFile

from .files import present
from .shell import text

QUIET = {
    "createcluster.conf": "/etc/postgresql-common/createcluster.d/pgsteward.conf",
    "unattended-upgrades.conf": "/etc/apt/apt.conf.d/60pgsteward-unattended-upgrades",
    "needrestart.conf": "/etc/needrestart/conf.d/pgsteward.conf",
}


def quiet() -> None:
    """No package creates, restarts or upgrades a server on its own."""
    files = [HostFile(PurePosixPath(path), text(f"host/{name}")) for name, path in QUIET.items()]
    present(name="Host: packages leave PostgreSQL alone", wanted=files)
