"""When one node of a cluster fails, the rest of that cluster is left alone; others go on. A failure has a hint."""

import atexit
from collections.abc import Callable
from typing import Any

from pyinfra import logger, state
from pyinfra.api.state import BaseStateCallback, State
from pyinfra.context import ctx_state

from .member import member

ANYWAY = (
    "the reason stands above, in the host's own words (a full disk? a link on the way?); what was not reached is as it "
    "was, and the same command goes on from there"
)


class ClusterFailure(BaseStateCallback):
    """After each operation, takes every node of a broken cluster out of the run; not while it is `halfway`."""

    def __init__(self, halfway: Callable[[], bool] | None) -> None:
        self.halfway = halfway

    def operation_end(self, state: State, op_hash: Any) -> None:
        if self.halfway and self.halfway():
            return
        broken = {member(host).cluster_name for host in state.failed_hosts}
        state.fail_hosts({host for host in state.active_hosts if member(host).cluster_name in broken})


def contain(halfway: Callable[[], bool] | None = None) -> None:
    """Installs the callback, once a run (deploy code runs once a host).

    `halfway`: whether what was begun has to be undone, on nodes that have not failed, before they are left alone.
    """
    if not any(isinstance(handler, ClusterFailure) for handler in state.callback_handlers):
        state.add_callback_handler(ClusterFailure(halfway))
        atexit.register(hint, ctx_state.get())


def hint(run: State) -> None:
    """What a program of a host's has said in its own words gets a hint, too, where it has none; at the end of the run,
    since a run without hosts ends at once."""
    for host in sorted(run.failed_hosts, key=lambda one: one.name):
        metas = [one.operation_meta for one in run.ops[host].values()]
        failed = [one for one in metas if one.is_complete() and not one.did_succeed()]
        if failed and not any("HINT:" in one.stdout + one.stderr for one in failed):
            logger.error(f"{host.print_prefix}    HINT: {ANYWAY}")
