"""A PostgreSQL server: made, configured, started. It is reloaded when its files change and never restarted."""

from collections.abc import Iterator, Sequence

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import plan
from fleet.hostfile import HostFile
from fleet.problem import Problem

from . import backups
from .facts import TextFact
from .files import differing, write
from .member import Member
from .outcome import announce, refusal
from .settings import files as wanted_files
from .shell import script


@operation()
def created(member: Member) -> Iterator[StringCommand]:
    """The primary's database cluster exists, not yet started where it is new."""
    seen, layout = member.server, member.layout
    problem = plan.primary_refused(member.where, layout, seen)
    if problem:
        yield refusal(problem)
    elif seen.contents:
        host.noop(f"{layout.data} holds the cluster")
    elif problem := backups.closed(member):
        yield refusal(problem)
    elif held := backups.held(member):
        what = f"no data is here, but {', '.join(held)} holds backups of {member.cluster_name}"
        hint = f"bring it back: backup/restore.py --data in_place={member.cluster_name}; to begin anew, move them away"
        yield refusal(Problem(member.where, what, hint))
    else:
        announce(f"a new database cluster in {layout.data}, with data checksums")
        locale = member.cluster.locale
        yield script("create", *member.place, locale)


@operation()
def configured(member: Member) -> Iterator[StringCommand]:
    """The files of a server's configuration are in force: proven by PostgreSQL, swapped, reloaded."""
    seen = member.server
    files = differing(wanted_files(member))
    if not files and not seen.stale:
        return host.noop("the configuration is in force")
    announce(*changes(member, files) if files else ["the configuration is reloaded: it is newer than what is loaded"])
    for file in files:
        yield write(file, ".pgsteward-candidate")
    paths = [str(file.path) for file in files]
    yield script("activate", *member.place, *paths)


def changes(member: Member, files: Sequence[HostFile]) -> Iterator[str]:
    """One sentence for each setting that differs, and one for each other file."""
    settings = str(member.layout.settings)
    for file in files:
        if str(file.path) == settings:
            before = host.get_fact(TextFact, path=settings)
            yield from (str(change) for change in plan.setting_changes(before, file.text, member.cluster.postgresql))
        else:
            yield f"{file.path} is written (reload)"


@operation()
def running(member: Member) -> Iterator[StringCommand]:
    """The server runs; one that does is left alone."""
    seen, layout = member.server, member.layout
    if seen.running and seen.answers:
        return host.noop("the server runs")
    announce(f"{layout.unit} is started")
    yield script("start", "start", *member.place)
