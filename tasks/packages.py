"""Debian packages: from where they come, and installed when missing; never upgraded, downgraded or removed."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import packages
from fleet.hostfile import HostFile

from .facts import PackagesFact
from .files import present
from .member import Member
from .outcome import announce
from .render import render
from .shell import script, text

KEY = PurePosixPath("/etc/pgsteward/apt.postgresql.org.asc")


def needed(member: Member) -> None:
    """The packages of this node's duty are there."""
    wanted = source_files(member)
    if wanted:
        present(name="Packages: their source is known", wanted=wanted)
    if member.duty in ("primary", "standby"):
        installed(name="Packages: PostgreSQL is installed", packages=packages.server(member.cluster))


def source_files(member: Member) -> list[HostFile]:
    """What apt has to know besides the distribution's own sources."""
    apt, files = member.environment.apt, []
    if apt.proxy:
        proxy = render("host/apt-proxy.conf.j2", proxy=apt.proxy)
        files.append(HostFile(PurePosixPath("/etc/apt/apt.conf.d/61pgsteward-proxy"), proxy))
    if member.cluster.packages == "pgdg":
        source = render("host/pgdg.sources.j2", mirror=apt.mirror, codename=member.machine.codename, key=KEY)
        files.append(HostFile(KEY, text("host/apt.postgresql.org.asc")))
        files.append(HostFile(PurePosixPath("/etc/apt/sources.list.d/pgdg.sources"), source))
    return files


@operation()
def installed(packages: Sequence[str]) -> Iterator[StringCommand]:
    """Each of `packages` is installed, in whatever version."""
    seen = host.get_fact(PackagesFact, packages=tuple(packages))
    missing = [package for package in packages if package not in seen]
    if not missing:
        return host.noop("all packages are installed")
    announce(f"packages: install {', '.join(missing)}")
    yield script("install", *missing)
