"""What the deploy leaves to the operator: settings that wait for a restart."""

from collections.abc import Iterator

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation

from .member import Member


@operation()
def waiting(member: Member) -> Iterator[StringCommand]:
    """Says which settings wait for a restart; a deploy never restarts."""
    names = member.server.pending_restart
    if names and state.is_executing:
        logger.warning(f"{host.print_prefix}waits for a restart: {', '.join(names)}")
        logger.warning(f"{host.print_prefix}    HINT: make restart environment=… restarts standbys first, primary last")
    yield from ()
