"""What a run tells the operator at its end: settings that wait for a restart, what a restore or a drill came to."""

from collections.abc import Iterator

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation

from fleet.size import about

from .facts import DumpsFact, TextFact
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


@operation()
def dumped(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """Says which dumps of the databases a server holds as their newest."""
    if state.is_executing:
        seen = [one["manifest"] for one in host.get_fact(DumpsFact, cluster=member.cluster_name)]
        for name in names:
            one = next((one for one in seen if one["database"] == name), None)
            if one:
                logger.info(
                    f"{host.print_prefix}{one['id']}: {about(one['size'])}, from the {one['duty']} {one['node']}"
                )
    yield from ()
