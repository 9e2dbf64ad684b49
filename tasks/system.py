"""The host around PostgreSQL: nothing starts, restarts or upgrades it behind our back, and its logs are turned over."""

from pathlib import PurePosixPath

from fleet.hostfile import HostFile

from .files import present
from .shell import text

QUIET = {
    "createcluster.conf": "/etc/postgresql-common/createcluster.d/pgsteward.conf",
    "unattended-upgrades.conf": "/etc/apt/apt.conf.d/60pgsteward-unattended-upgrades",
    "needrestart.conf": "/etc/needrestart/conf.d/pgsteward.conf",
    "logrotate.conf": "/etc/logrotate.d/postgresql-common",
    "logrotate.timer": "/etc/systemd/system/logrotate.timer.d/pgsteward.conf",
}


def quiet() -> None:
    """No package creates, restarts or upgrades a server on its own, and no log outgrows its disk."""
    files = [HostFile(PurePosixPath(path), text(f"host/{name}")) for name, path in QUIET.items()]
    present(name="Host: packages leave PostgreSQL alone, logs are turned over", wanted=files, then=("daemon-reload",))
