"""When one node of a cluster fails, the rest of that cluster is left alone; other clusters go on."""

from collections.abc import Callable
from typing import Any

from pyinfra import state
from pyinfra.api.state import BaseStateCallback, State

from .member import member


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
