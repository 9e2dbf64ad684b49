"""What a run tells the operator at its end: settings that wait for a restart, what a restore or a drill came to."""

from collections.abc import Iterator

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation

from .facts import TextFact
from .member import Member


@operation()
def waiting(member: Member) -> Iterator[StringCommand]:
    """Says which settings wait for a restart; a deploy never restarts."""
    names = member.server.pending_restart
    if names and state.is_executing:
        logger.warning(f"{host.print_prefix}waits for a restart: {', '.join(names)}")
        logger.warning(f"{host.print_prefix}    HINT: make restart environment=… restarts standbys first, primary last")
    yield from ()


@operation()
def drilled(member: Member) -> Iterator[StringCommand]:
    """Says what the drill that was just made came to, in steward's own words."""
    yield from said(member, "drilled.txt")


@operation()
def restored(member: Member) -> Iterator[StringCommand]:
    """Says what the restore that was just made came to, in steward's own words."""
    yield from said(member, "restored.txt")


def said(member: Member, name: str) -> Iterator[StringCommand]:
    """Prints a file that steward has left; never a command."""
    if state.is_executing:
        text = host.get_fact(TextFact, path=f"/var/lib/pgsteward/{member.cluster_name}/{name}")
        for line in text.splitlines():
            logger.info(f"{host.print_prefix}{line}")
    yield from ()
