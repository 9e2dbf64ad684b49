"""Debian packages: from where they come, and installed when missing; never upgraded, downgraded or removed."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import packages
from fleet.environment import Apt
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
    sources = source_files(member.cluster.packages, member.environment.apt, member.machine.codename)
    if sources:
        present(name="Packages: their source is known", wanted=sources)
    if member.duty in ("primary", "standby"):
        installed(name="Packages: PostgreSQL is installed", packages=packages.server(member.cluster))
    if member.cluster.backups:
        installed(name="Packages: pgBackRest is installed", packages=packages.backups(member.cluster))

    if member.duty in ("primary", "standby") and packages.dumps(member.cluster):
        installed(name="Packages: what dumps are sealed and sent with", packages=packages.dumps(member.cluster))


def source_files(source: str, apt: Apt, codename: str) -> list[HostFile]:
    """What apt has to know besides the distribution's own sources, for packages from `debian` or `pgdg`."""
    files = []
    if apt.proxy:
        proxy = render("host/apt-proxy.conf.j2", proxy=apt.proxy)
        files.append(HostFile(PurePosixPath("/etc/apt/apt.conf.d/61pgsteward-proxy"), proxy))
    if source == "pgdg":
        mirror = apt.mirror or packages.PGDG
        files.append(HostFile(KEY, text("host/apt.postgresql.org.asc")))
        pgdg = render("host/pgdg.sources.j2", mirror=mirror, codename=codename, key=KEY)
        files.append(HostFile(PurePosixPath("/etc/apt/sources.list.d/pgdg.sources"), pgdg))
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
