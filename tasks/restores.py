"""Restores that an operator asked for: beside production, or in the place of it. In a deploy this is nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyinfra import inventory
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import plan
from fleet.problem import Problem, Refused
from steward.restore.target import KINDS, Target, target_of

from .member import Member, member
from .outcome import announce, refusal
from .reports import restored
from .shell import script

KEYS = ("in_place", "repository", "database", "table", "timeline", "exclusive", *KINDS)
OF_DUMPS = ("as", "schema", "jobs", "replace")
"""What a restore of a dump is told, and one out of a repository is not."""


@dataclass(frozen=True)
class Order:
    """What an operator wants back. `in_place`: the name of the cluster that it replaces, as it was typed; `database`:
    that one alone; `table`: `database.schema.table`, put into the running database beside the one that is there."""

    target: Target
    in_place: str = ""
    repository: str = ""
    database: str = ""
    table: str = ""


_orders: list[Order] = []


def order(given: Mapping[str, object]) -> Order:
    """Takes an order for this run from pyinfra's `--data`; raises `DeployError` with all that is wrong with it."""
    try:
        found = _order({key: str(given[key]) for key in (*KEYS, *OF_DUMPS) if given.get(key) not in (None, False)})
    except Refused as refusal:
        raise DeployError(str(refusal)) from None
    if not _orders:
        _orders.append(found)
    return found


def _order(given: Mapping[str, str]) -> Order:
    wanted = target_of(given)
    mistaken = [Problem(key, "is for dumps", "name the dump: --data dump=") for key in OF_DUMPS if given.get(key)]
    found = Order(wanted, *(given.get(key, "").strip() for key in ("in_place", "repository", "database", "table")))
    problems = [*_problems(found), *mistaken]
    if problems:
        raise Refused("the restore", problems)
    return found


def _problems(found: Order) -> Iterator[Problem]:
    clusters = sorted({member(one).cluster_name for one in inventory.get_active_hosts()})
    if found.in_place and found.in_place not in clusters:
        yield Problem("in_place", f"there is no cluster {found.in_place}", f"type one of {', '.join(clusters)}")
    if found.in_place and (found.database or found.table):
        yield Problem("in_place", "replaces a whole cluster", "leave it out to get one database or table")
    if found.database and found.table:
        yield Problem("table", "has its database in its name", "leave `database` out")
    if found.table and found.table.count(".") != 2:
        yield Problem("table", f"{found.table} does not say where it is", "write database.schema.table")
    if not found.in_place and len(clusters) > 1:
        yield Problem("the run", f"has the clusters {', '.join(clusters)}", "choose a node with --limit")


def in_place(one: Member) -> Order | None:
    """The order to replace this member's cluster, if there is one."""
    return next((order for order in _orders if order.in_place == one.cluster_name), None)


def of(here: Member) -> None:
    """Before the primary's turn: its data is what was ordered, and its standbys wait to be made anew."""
    if in_place(here) and here.duty == "primary":
        planned(name="Restore: a way to the target is known", member=here)
    if in_place(here) and here.duty == "standby":
        given_up(name="Restore: standbys stop, to be made anew", member=here)
    if in_place(here) and here.duty == "primary":
        fetched(name="Restore: the data comes out of the repository", member=here)


def proved(here: Member) -> None:
    """After the primary's start: it is where it was wanted."""
    if in_place(here) and here.duty == "primary":
        reached(name="Restore: the target is reached", member=here)
        restored(name="Restore: what came of it", member=here)


def chosen(wanted: Order) -> Member:
    """The node that a restore beside production is made on: the one that the run is limited to, else a standby. A table
    is put into the primary's database."""
    members = [member(one) for one in inventory.get_active_hosts()]
    servers = [one for one in members if one.duty in ("primary", "standby")]
    return max(servers, key=lambda one: one.duty == ("primary" if wanted.table else "standby"))


def options(wanted: Order) -> list[str]:
    """The order as steward's options."""
    said = wanted.target
    words = [f"--{said.kind}={said.value}"] if said.kind != "end" else []
    words += [f"--timeline={said.timeline}"] if said.timeline else []
    words += ["--exclusive"] if said.exclusive else []
    words += [f"--repository={wanted.repository}"] if wanted.repository else []
    return words


@operation()
def planned(member: Member) -> Iterator[StringCommand]:
    """The plan lies on the host; without a way to the target nothing has been touched."""
    wanted = in_place(member)
    assert wanted
    if member.server.fenced and (problem := plan.primary_refused(member.where, member.layout, member.server)):
        yield refusal(problem)
        return
    if other := leads(member):
        hint = "make the environment file say which node is primary now (backup/promote.py said how), and deploy first"
        yield refusal(Problem(member.where, f"{other} is the primary now, and would be given up for this one", hint))
        return
    announce(f"{member.cluster_name} is replaced by what it was at {wanted.target}")
    yield script("restore-plan", member.cluster_name, *options(wanted))


def leads(here: Member) -> str:
    """The declared standby that runs as a primary, if one does."""
    others = (member(one) for one in inventory.get_active_hosts())
    standbys = (one for one in others if one.cluster_name == here.cluster_name and one.duty == "standby")
    return next((one.name for one in standbys if one.server.recovery is False), "")


@operation()
def given_up(member: Member) -> Iterator[StringCommand]:
    """A standby stops; it is made anew from the restored primary."""
    announce(f"{member.layout.unit} is stopped, and its data made anew")
    yield script("give-up", *member.place[:3])


@operation()
def fetched(member: Member) -> Iterator[StringCommand]:
    """The data directory is what the plan says; the old one is kept aside."""
    announce(f"{member.layout.data} is put aside, and fetched anew")
    yield script("restore-fetch", *member.place[:3])
    yield script("adopt", *member.place)


@operation(is_idempotent=False)
def reached(member: Member) -> Iterator[StringCommand]:
    """The server has left recovery, and holds what it should."""
    announce("the restored server proves where it is, and goes on without its recovery's settings")
    yield script("restore-prove", member.cluster_name)
    yield script("start", "settle", *member.place)


@operation(is_idempotent=False)
def beside(member: Member, wanted: Order) -> Iterator[StringCommand]:
    """A server of its own beside production, left running."""
    announce(f"{wanted.target} of {member.cluster_name} comes back beside it")
    words = options(wanted)
    if wanted.table:
        yield script("steward", "restore", "table", member.cluster_name, wanted.table, *words)
    else:
        named = [f"--database={wanted.database}"] if wanted.database else []
        yield script("steward", "restore", "beside", member.cluster_name, *words, *named)
