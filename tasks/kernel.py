"""The kernel and the service around PostgreSQL: set where they are the host's own, left alone and said where not."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import kernel
from fleet.hostfile import HostFile
from fleet.kernel import Kernel, Parameter

from .facts import AnswersFact
from .files import differing, present, write
from .member import Member
from .memory import look
from .outcome import announce
from .render import render
from .shell import script

SYSCTL = PurePosixPath("/etc/sysctl.d/60-pgsteward.conf")
HUGE_PAGES = PurePosixPath("/etc/sysctl.d/61-pgsteward-huge-pages.conf")
TMPFILES = PurePosixPath("/etc/tmpfiles.d/pgsteward.conf")
LIMITS = PurePosixPath("/etc/systemd/system/postgresql@.service.d/pgsteward.conf")


def of(member: Member) -> None:
    """Memory, write-back and the limits of the service suit a database."""
    limits = HostFile(LIMITS, render("host/limits.conf.j2", parameters=kernel.limits()))
    present(name="Host: limits of the service", wanted=[limits], then=("daemon-reload",))
    told(name="Host: the kernel's memory and write-back", wanted=parameters(member))


def parameters(member: Member, huge_pages: int = 0) -> Kernel:
    """What this host's kernel should be told."""
    return kernel.parameters(member.machine.hardware, huge_pages=huge_pages, ours=member.machine.kernel)


@operation()
def told(wanted: Kernel) -> Iterator[StringCommand]:
    """The kernel has these values, now and after its next start."""
    if wanted.skipped:
        announce(wanted.skipped)
        return host.noop(wanted.skipped)
    files = [
        HostFile(SYSCTL, render("host/sysctl.conf.j2", parameters=wanted.sysctl)),
        HostFile(TMPFILES, render("host/tmpfiles.conf.j2", parameters=wanted.sysfs)),
    ]
    yield from applied(files, (*wanted.sysctl, *wanted.sysfs))


def applied(files: Sequence[HostFile], wanted: Sequence[Parameter]) -> Iterator[StringCommand]:
    """The commands that write `files` and have the kernel read them, where it does not have what is in them."""
    seen = look(host, AnswersFact, script="kernel", arguments=tuple(parameter.name for parameter in wanted))
    wrong = [one for one in wanted if seen.get(one.name) not in (one.value, None, "")]
    missing = differing(files)
    if not wrong and not missing:
        return host.noop("the kernel is as wanted")
    announce(*(f"{one.name}: {seen[one.name]} → {one.value}" for one in wrong))
    announce(*(f"{file.path} is written" for file in missing))
    for file in missing:
        yield write(file)
    yield script("kernel-set", *(file.path for file in files))


@operation()
def huge_pages(member: Member) -> Iterator[StringCommand]:
    """As many huge pages are reserved as this server's settings need, measured by PostgreSQL itself."""
    if not member.machine.kernel:
        return host.noop("the kernel is not the host's own")
    layout = member.layout
    arguments = (str(layout.version), layout.cluster, str(layout.data), str(member.cluster.port))
    needed = look(host, AnswersFact, script="huge-pages", arguments=arguments).get("needed", "")
    if not needed.isdigit():
        if member.server.contents or member.cluster.postgresql < 15:
            return host.noop("PostgreSQL does not say how many it needs")
        announce("huge pages are reserved, as many as the new server needs")
        return (yield script("kernel-set"))
    sysctl = [one for one in parameters(member, int(needed)).sysctl if one.name == "vm.nr_hugepages"]
    yield from applied([HostFile(HUGE_PAGES, render("host/sysctl.conf.j2", parameters=sysctl))], sysctl)
