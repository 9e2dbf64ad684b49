"""Broad facts are read once and remembered until an operation changes something, on whichever host.

pyinfra reads a fact anew at each call. What an operation decides from must be fresh; what nothing has touched since it
was read is. Between the plan and the run, where an operator may think for an hour, everything is forgotten.
"""

from typing import Any

from pyinfra import state
from pyinfra.api import Host
from pyinfra.api.state import BaseStateCallback, State

_remembered: dict[tuple[Any, ...], Any] = {}


class Forgetting(BaseStateCallback):
    """Forgets all after each operation that ran a command anywhere."""

    @staticmethod
    def operation_end(state: State, op_hash: Any) -> None:
        metas = (state.ops[host][op_hash].operation_meta for host in state.inventory if op_hash in state.ops[host])
        if any(not meta.is_complete() or not meta.did_succeed() or meta.did_change() for meta in metas):
            _remembered.clear()


def recall(host: Host, fact: type, **arguments: Any) -> Any:
    """The fact as it was read since the last change, or as it is read now."""
    key = (state.current_stage, host.name, fact, tuple(sorted(arguments.items())))
    if key not in _remembered:
        _remembered[key] = host.get_fact(fact, **arguments)
    return _remembered[key]


def keep() -> None:
    """Installs the callback, once a run (deploy code runs once a host)."""
    if not any(isinstance(handler, Forgetting) for handler in state.callback_handlers):
        state.add_callback_handler(Forgetting())
