"""Where the dumps of each declared database are, as this node knows it: on its own disk, and, as they were when last
looked at, at each target. No target is asked.
"""

from collections.abc import Iterator, Sequence

from fleet.problem import Refused

from ..cluster import Chosen, Described
from ..server import ask
from . import here as house
from . import owner
from .away import memory
from .away.target import Kept, Target
from .away.targets import targets
from .choice import scope
from .judge import HERE, Place
from .retention import Stored
from .store import Dump

ORDER = "select node from pgsteward.dump_order where job = %s"


def places(told: Described, here: Sequence[Dump], primary: bool) -> Iterator[Place]:
    """A place for each declared database, here and at each target. `here`: the dumps on this host; `primary`: what this
    node is now."""
    if told.dumps is None:
        return
    away = dict(kept(told))
    for database, chosen in told.dumps.databases.items():
        row = ask(told, ORDER, (database,))
        mine = row["node"] == told.node if row else primary
        own = of(here, database, chosen)
        yield Place(database, HERE, own, mine, chosen.pause, told.dumps.verify_pause)
        for name, found in away.items():
            yield Place(database, name, of(found, database, chosen), mine, chosen.pause, 0, own)


def others(told: Described, here: Sequence[Dump]) -> Iterator[tuple[str, dict[str, int]]]:
    """How many dumps of other systems lie in each place, by their systems. Raises `Refused` where the place here does
    not say whose it is in a way that can be read."""
    own = house.owner(told)
    yield HERE, owner.strangers(own, here) if own.systems else {}
    for target in known(told):
        last = memory.seen(told, target.name)
        yield target.name, owner.strangers(last.owner, last.kept) if last and last.owner else {}


def kept(told: Described) -> Iterator[tuple[str, Sequence[Kept]]]:
    """What was last seen at each target of the cluster's own, by its name."""
    for target in known(told):
        last = memory.seen(told, target.name)
        yield target.name, last.own if last else ()


def known(told: Described) -> list[Target]:
    """The targets; those that this node may not read of are none."""
    try:
        return targets(told)
    except Refused:
        return []


def of(found: Sequence[Stored], database: str, chosen: Chosen) -> Sequence[Stored]:
    """Those that are of what is declared, and not of something else that was dumped by hand."""
    wanted = scope(database, chosen)
    return [one for one in found if one.manifest.scope == wanted]
