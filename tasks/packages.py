"""Debian packages: from where they come, and installed when missing; never upgraded, downgraded or removed.

All at once: apt reads its sources, and dpkg does what follows on an installation, once for all of them.
"""

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
from .memory import look
from .outcome import announce
from .render import render
from .shell import script, text

KEY = PurePosixPath("/etc/pgsteward/apt.postgresql.org.asc")


def needed(member: Member) -> None:
    """The packages of this node's duty are there."""
    sources = source_files(member.cluster.packages, member.environment.apt, member.machine.codename)
    if sources:
        present(name="Packages: their source is known", wanted=sources)
    wanted = packages.needed(member.cluster, member.duty)
    if wanted:
        installed(name="Packages: what the node's duty needs is installed", packages=wanted)


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
    seen = look(host, PackagesFact, packages=tuple(packages))
    missing = [package for package in packages if package not in seen]
    if not missing:
        return host.noop("all packages are installed")
    announce(f"packages: install {', '.join(missing)}")
    yield script("install", *missing)
