"""What is refused before any host is touched: all problems at once, of every host of the run."""

from collections.abc import Callable, Iterator
from typing import Any

import gevent
from gevent.lock import BoundedSemaphore
from pyinfra import inventory, state
from pyinfra.api import Host, State
from pyinfra.api.exceptions import DeployError
from pyinfra.context import ctx_host, ctx_state

from fleet import packages
from fleet.problem import Problem, Refused

from . import backups, certificates, drills, dumps, memory, migrations
from .member import Member, member
from .secrets import refuse_missing
from .settings import settings

_turn = BoundedSemaphore()
_problems: dict[int, list[Problem]] = {}


def early(here: Member) -> None:
    """Raises with every problem of every host, to each host; found once a run, by whichever host comes first."""
    with _turn:
        if id(state.inventory) not in _problems:
            memory.ask(inventory.get_active_hosts())
            _problems[id(state.inventory)] = list(found(here))
        problems = _problems[id(state.inventory)]
    if problems:
        raise DeployError(str(Refused(here.source, dict.fromkeys(problems))))


def found(here: Member) -> Iterator[Problem]:
    """The problems of the environment, then those of each host."""
    yield from refused(lambda: refuse_missing(here.environment, here.source))
    asked = [gevent.spawn(at, ctx_state.get(), host) for host in inventory.get_active_hosts()]
    for one in asked:
        yield from one.get()


def at(run: State, host: Host) -> list[Problem]:
    """The problems of one host. Hosts are asked side by side."""
    with ctx_state.use(run), ctx_host.use(host):
        return list(of(member(host)))


def of(one: Member) -> Iterator[Problem]:
    """The problems of one host: what it is, what it can install, what fits it."""
    unknown = list(refused(lambda: one.machine))
    if unknown:
        yield from unknown
        return
    yield from packages.problems(one.where, one.cluster_name, one.cluster, one.machine)
    if one.duty != "repository":
        yield from refused(lambda: settings(one))
        yield from refused(lambda: dumps.checked(one))
    if one.duty == "primary":
        yield from refused(lambda: migrations.checked(one))
        yield from refused(lambda: drills.assertions(one))
    if one.duty != "repository" or one.cluster.backups:
        yield from refused(lambda: certificates.checked(one))
        yield from refused(lambda: backups.checked(one))


def refused(check: Callable[[], Any]) -> Iterator[Problem]:
    """The problems for which `check` refuses."""
    try:
        check()
    except Refused as refusal:
        yield from refusal.problems
