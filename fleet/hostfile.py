"""A file as it should lie on a host."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

RUN_BY_ROOT = (
    *("/etc/apt", "/etc/cron.d", "/etc/logrotate.d", "/etc/needrestart", "/etc/sysctl.d", "/etc/systemd"),
    *("/etc/postgresql-common", "/etc/tmpfiles.d", "/usr/local"),
)
"""Where root finds what it runs, or is told what to do."""


@dataclass(frozen=True)
class HostFile:
    """Path, whole text, `owner:group` and mode (four octal digits) of one file."""

    path: PurePosixPath
    text: str
    owner: str = "root:root"
    mode: str = "0644"

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise ValueError(f"{self.path} must end with a newline")
        others = self.owner != "root:root" or int(self.mode, 8) & 0o022
        if others and any(self.path.is_relative_to(one) for one in RUN_BY_ROOT):
            raise ValueError(f"{self.path} must be root's alone: root runs it")

    @property
    def seen_as(self) -> tuple[str, str, str]:
        """What a host says of this file when it is as wanted: (SHA-256, mode, owner:group)."""
        return sha256(self.text.encode()).hexdigest(), self.mode, self.owner
