"""What an operator has typed for a live verb, and what is refused before any host is touched."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gevent.lock import RLock
from pyinfra import inventory, state
from pyinfra.api.exceptions import DeployError

from fleet import promotion
from fleet.environment import Cluster
from fleet.problem import Problem, Refused

from ..member import Member, member
from . import abandoned
from .act import Act, succeeded
from .drilled import Drill, client_address

ACCEPTED = "accepted"
_acts: dict[str, Act] = {}
_drills: dict[str, Drill] = {}
_turn = RLock()


def typed() -> Mapping[str, Any]:
    """What was given by `--data`, and nothing else: each host has a `cluster` of its own, which nobody has typed."""
    found: Mapping[str, Any] = inventory.get_override_data()
    return found


def promoting() -> Act:
    """The promotion that was ordered; made once a run. Raises `DeployError` with all that is wrong with it."""
    return _act(typed(), _promotion)


def switching() -> Act:
    """The switchover that was ordered."""
    return _act(typed(), _switchover)


def _act(given: Mapping[str, Any], problems: Callable[[Act, Mapping[str, Any]], Iterator[Problem]]) -> Act:
    with _turn:
        name = str(given.get("cluster") or "")
        if name not in _acts:
            found = _named(name)
            found.marks["begin"] = time.time()
            wrong = [*problems(found, given), *_unwritable(found)]
            if wrong:
                raise DeployError(str(Refused(found.source, dict.fromkeys(wrong))))
            _acts[name] = found
        return _acts[name]


def _named(name: str) -> Act:
    """The cluster whose name was typed."""
    members = {one.cluster_name: one for one in map(member, inventory)}
    if name not in members:
        hint = f"type the name of the cluster that it is done to: --data cluster={'|'.join(sorted(members))}"
        what = f"there is no cluster {name}" if name else "is missing"
        raise DeployError(str(Refused("the order", [Problem("cluster", what, hint)])))
    one = members[name]
    # What cannot be reached of another cluster is none of this run's business.
    state.failed_hosts -= {away for away in state.failed_hosts if member(away).cluster_name != name}
    return Act(name, one.source, one.cluster.primary[0])


def declared(act: Act) -> Cluster:
    """The cluster as it is declared, whoever of it is there."""
    return next(one for one in map(member, inventory) if one.cluster_name == act.cluster).cluster


def _unwritable(act: Act) -> Iterator[Problem]:
    """What would be wrong with the environment's file after its edits, whoever becomes the primary."""
    for name in (act.taker,) if act.taker else declared(act).prompt_standbys:
        try:
            succeeded(act.source, act.cluster, name, act.client)
        except Refused as refused:
            yield from refused.problems


def _promotion(act: Act, given: Mapping[str, Any]) -> Iterator[Problem]:
    act.unreachable = words(given.get("unreachable"))
    act.waived = given.get("loss") == ACCEPTED
    reached = {one.name: one for one in act.members if one.host in state.active_hosts}
    seen = {name: one.server_now() for name, one in reached.items()}
    where = f"clusters.{act.cluster}"
    yield from promotion.refused(where, declared(act), _also(act, seen), act.unreachable, act.waived)
    yield from _answering(act, list(reached.values()))
    _spare(act)


def _spare(act: Act) -> None:
    """Whose loss the operator has named has not failed this run, nor has a repository: nothing is wanted of it."""
    spared = {*act.unreachable, *declared(act).repositories}
    state.failed_hosts -= {one for one in state.failed_hosts if one.data.node in spared}


def _also(act: Act, seen: dict[str, Any]) -> dict[str, Any]:
    """With those that were said to be unreachable and were reached."""
    known = {one.name: one for one in map(member, state.active_hosts) if one.cluster_name == act.cluster}
    return seen | {name: known[name].server_now() for name in act.unreachable if name in known}


def _answering(act: Act, reached: list[Member]) -> Iterator[Problem]:
    """Nobody may be answered by a primary whose loss the operator has named."""
    if act.lost in act.unreachable:
        yield from filter(None, map(act.answered, reached))


def _switchover(act: Act, given: Mapping[str, Any]) -> Iterator[Problem]:
    found = declared(act)
    wanted = str(given.get("to") or "")
    act.unreachable = words(given.get("unreachable"))
    if act.lost in act.unreachable:
        hint = "backup/promote.py is for a primary that is lost"
        yield Problem("unreachable", f"{act.lost} is the primary, which has to hand over", hint)
    if wanted in act.unreachable:
        yield Problem("to", f"{wanted} is to take over, and said to be unreachable", "name another")
    yield from promotion.unknown(found, act.unreachable)
    act.taker = wanted or next((name for name in found.prompt_standbys if name not in act.unreachable), "")
    if act.taker not in found.prompt_standbys:
        there = ", ".join(found.prompt_standbys) or "none"
        what = f"{wanted} is no standby that could take over" if wanted else "has no standby that could take over"
        yield Problem(f"clusters.{act.cluster}", what, f"there are {there}")
    for name in found.servers:
        one = next(one for one in inventory if one.data.node == name)
        if one not in state.active_hosts and name not in act.unreachable:
            hint = f"wait for it; or leave it behind by its name: --data unreachable={name}"
            yield Problem(f"clusters.{act.cluster}.nodes.{name}", "cannot be reached", hint)
    _spare(act)


def rebuilding() -> str:
    """The standby that is to be made anew."""
    given = typed()
    act, name = _named(str(given.get("cluster") or "")), str(given.get("standby") or "")
    known = act.members[0].cluster.standbys
    if name not in known:
        what = f"there is no standby {name}" if name else "is missing"
        hint = f"type the one that is made anew: {', '.join(known) or 'there is none'}"
        raise DeployError(str(Refused(act.source, [Problem("standby", what, hint)])))
    away = [one for one in map(member, state.failed_hosts) if one.cluster_name == act.cluster]
    hint = "wait for it: a deploy of the whole cluster is part of this"
    wrong = [Problem(one.where, "cannot be reached", hint) for one in sorted(away, key=lambda one: one.name)]
    if wrong:
        raise DeployError(str(Refused(act.source, wrong)))
    return name


def drilling() -> Drill:
    """The live drill that was ordered: of a cluster whose every host is there."""
    given = typed()
    with _turn:
        key = f"{given.get('kind')} {given.get('cluster')}"
        if key not in _drills:
            act = _named(str(given.get("cluster") or ""))
            wrong = list(_drill(act, given))
            if wrong:
                raise DeployError(str(Refused(act.source, dict.fromkeys(wrong))))
            back = Act(act.cluster, act.source, act.lost, before=act, client=act.client)
            _drills[key] = Drill(str(given["kind"]), act, back, str(given.get("standby") or ""))
            abandoned.watch(_drills[key])
        return _drills[key]


def _drill(act: Act, given: Mapping[str, Any]) -> Iterator[Problem]:
    kind, where = str(given["kind"]), f"clusters.{act.cluster}"
    one, victim = act.members[0], str(given.get("standby") or "")
    cluster = one.cluster
    if getattr(cluster.drills, kind, None) is None:
        hint = f"declare drills.{kind}, if with nothing: it is done to the running cluster"
        yield Problem(f"{where}.drills", f"declares no {kind}", hint)
    for name in cluster.nodes:
        if not any(other.data.node == name for other in state.active_hosts):
            yield Problem(
                f"{where}.nodes.{name}", "cannot be reached", "a drill wants every host; do not limit the run"
            )
    if kind == "node" and victim not in cluster.standbys:
        what = f"there is no standby {victim}" if victim else "is missing"
        yield Problem("standby", what, f"type the one that is lost: {', '.join(cluster.standbys) or 'there is none'}")
    if kind != "node" and not cluster.prompt_standbys:
        yield Problem(where, "has no standby that could take over", "declare one without a delay")
    left = [name for name in cluster.prompt_standbys if name != victim]
    if kind == "failover":
        lasting = all(promotion.goes_on(cluster, new, left) for new in left)
    else:
        lasting = promotion.waits(cluster, left)
    if not lasting:
        yield Problem(f"{where}.replication", "commits would wait until the drill is over", "declare one standby more")
    act.client = client_address(one.primary)
    if kind == "switchover":
        act.taker = next(iter(cluster.prompt_standbys), "")
    if kind != "node":
        yield from _unwritable(act)


def words(given: Any) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(word.strip() for word in str(given or "").split(",") if word.strip())
