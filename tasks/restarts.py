"""Restarts that an operator asked for: one node of a cluster at a time, and only while its standbys stream."""

from collections.abc import Iterator

from pyinfra import host, inventory
from pyinfra.api import StringCommand, operation

from . import guard
from .member import Member, member
from .outcome import announce, refusal
from .replication import await_streaming
from .shell import script


def queues() -> dict[str, list[str]]:
    """Each cluster's nodes in the order of their turns: standbys by name, the primary last."""
    found: dict[str, list[str]] = {}
    members = sorted((member(host) for host in inventory), key=lambda one: (one.duty == "primary", one.name))
    for one in members:
        if one.duty in ("primary", "standby"):
            found.setdefault(one.cluster_name, []).append(one.name)
    return found


@operation()
def restarted(member: Member) -> Iterator[StringCommand]:
    """A server with settings that wait is restarted, and answers again; a standby streams again."""
    seen = member.server
    if not seen.pending_restart:
        return host.noop("nothing waits for a restart")
    problem = guard.problem(member, "restarted", member.cluster.standbys)
    if problem:
        yield refusal(problem)
        return
    announce(f"restart, for {', '.join(seen.pending_restart)}")
    yield script("start", "restart", *member.place)
    if member.duty == "standby":
        yield await_streaming(member)
