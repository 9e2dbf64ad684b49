"""Streaming replication: slots on the primary, standbys copied into empty directories, and proof that they stream."""

from collections.abc import Iterator

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import plan
from fleet.configuration import connection
from fleet.hostfile import HostFile
from fleet.slot import slot

from .files import present
from .member import Member
from .outcome import announce, refusal
from .shell import script


def password(member: Member) -> None:
    """Every node can answer a primary that asks for the replication password."""
    file = passfile(member, member.secret(f"{member.cluster_name}/replicator"))
    present(name="Replication: its password lies in a passfile", wanted=[file])


def passfile(member: Member, password: str) -> HostFile:
    """What a standby answers when a primary asks; on every node, since any may come to follow another."""
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    return HostFile(member.layout.passfile, f"*:*:*:replicator:{escaped}\n", "postgres:postgres", "0600")


@operation()
def slots(member: Member) -> Iterator[StringCommand]:
    """The primary has a slot for each standby, and those declared; undeclared ones stay."""
    seen = member.server.slots
    missing = [name for name in wanted(member) if seen.get(name, "lost") == "lost"]
    if not missing:
        return host.noop("every slot exists")
    announce(*(f"replication slot {name} is created" for name in missing))
    yield script("slots", member.cluster.port, *missing)


def wanted(member: Member) -> list[str]:
    """The slots of a primary: one for each standby, and those declared."""
    return [slot(standby.name) for standby in member.standbys] + list(member.cluster.replication.slots)


@operation()
def copied(member: Member) -> Iterator[StringCommand]:
    """The standby's data directory is a copy of its primary.

    Only an empty one is ever filled, or that of a server which was fenced because another took its place.
    """
    seen, layout = member.server, member.layout
    problem = plan.standby_refused(member.where, layout, seen, member.primary.server)
    if problem:
        yield refusal(problem)
    elif seen.contents and not seen.copying and not seen.fenced:
        host.noop(f"{layout.data} is a copy of the primary")
    else:
        if seen.fenced and not seen.standby:
            announce(f"{layout.data} is made anew: what only {member.name} has is given up ({seen.fenced})")
            yield script("give-up", *member.place[:3])
        yield from filled(member)
        if seen.fenced:
            announce(f"{layout.unit} may start again")
            yield script("unfence", *member.place[:2])


def filled(member: Member) -> Iterator[StringCommand]:
    """From a repository where one leads to the primary, else from the primary; what is there already is left alone."""
    layout = member.layout
    announce(f"{layout.data} is copied from {member.primary.name}")
    yield script("copy", *member.place, connection(member.cluster, layout, member.name), slot(member.name))
    yield script("adopt", *member.place)


@operation()
def streaming(member: Member) -> Iterator[StringCommand]:
    """The standby streams, and has what its primary had written when it was asked."""
    if member.server.streaming and slot(member.name) in member.primary.server.followers:
        return host.noop("the standby streams")
    announce(f"{member.name} streams from {member.primary.name}")
    yield await_streaming(member)


def await_streaming(member: Member) -> StringCommand:
    """Waits until this standby has received what its primary had written when this was asked."""
    return script("await-streaming", member.cluster.port, member.primary.server_now().lsn, member.layout.log)
