"""Where the lab keeps what it keeps. All of it is below one directory, and `purge` removes that."""

from pathlib import Path

ROOT = Path("/var/lib/pgsteward-lab")
KEY = ROOT / "id_ed25519"
BASES = ROOT / "base"
DEBS = ROOT / "debs"
LABS = ROOT / "labs"
LOCKS = ROOT / "locks"
KERNEL_WAS = ROOT / "kernel-was"


def lab_directory(lab: str) -> Path:
    return LABS / lab


def host_directory(lab: str, host: str) -> Path:
    return LABS / lab / "hosts" / host


def labs() -> list[str]:
    """The names of the labs that have anything on this machine."""
    return sorted(path.name for path in LABS.iterdir()) if LABS.is_dir() else []


def hosts(lab: str) -> list[str]:
    """The names of the hosts of which the lab has anything, be they whole or half-made."""
    directory = lab_directory(lab) / "hosts"
    return sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []
