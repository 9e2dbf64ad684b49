"""What is refused before any host is touched: all problems at once, of every host of the run."""

from collections.abc import Iterator
from typing import Any

from gevent.lock import BoundedSemaphore
from pyinfra import inventory, state
from pyinfra.api.exceptions import DeployError

from fleet import packages
from fleet.problem import Problem, Refused

from .member import Member, member
from .secrets import refuse_missing
from .settings import settings

_turn = BoundedSemaphore()
_done: set[int] = set()


def early(here: Member) -> None:
    """Raises with every problem of every host; done once a run, by whichever host comes first."""
    with _turn:
        if id(state.inventory) in _done:
            return
        problems = list(found(here))
        if problems:
            raise DeployError(str(Refused(here.source, dict.fromkeys(problems))))
        _done.add(id(state.inventory))


def found(here: Member) -> Iterator[Problem]:
    yield from attempt(lambda: refuse_missing(here.environment, here.source))
    for host in inventory.get_active_hosts():
        one = member(host)
        yield from packages.problems(one.where, one.cluster_name, one.cluster, one.machine)
        if one.duty != "repository":
            yield from attempt(lambda one=one: settings(one))


def attempt(check: Any) -> Iterator[Problem]:
    """The problems for which `check` refuses."""
    try:
        check()
    except Refused as refused:
        yield from refused.problems
