"""The one list of PostgreSQL versions and of operating system releases; everything else derives from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """An operating system release and the PostgreSQL its own archive carries."""

    codename: str
    name: str
    postgresql: int


RELEASES: dict[str, Release] = {
    r.codename: r
    for r in (
        Release("bookworm", "Debian 12", 15),
        Release("trixie", "Debian 13", 17),
        Release("forky", "Debian 14", 18),
        Release("jammy", "Ubuntu 22.04", 14),
        Release("noble", "Ubuntu 24.04", 16),
        Release("resolute", "Ubuntu 26.04", 18),
    )
}

POSTGRESQL: tuple[int, ...] = (14, 15, 16, 17, 18)
