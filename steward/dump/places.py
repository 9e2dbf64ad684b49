"""Where the dumps of each declared database are, as this node knows it: on its own disk, and, as they were when last
looked at, at each target. No target is asked.
"""

from collections.abc import Iterator, Sequence

from fleet.problem import Refused

from ..cluster import Chosen, Described
from ..server import ask
from . import store
from .away import memory
from .away.target import Kept
from .away.targets import targets
from .choice import scope
from .judge import HERE, Place
from .retention import Stored

ORDER = "select node from pgsteward.dump_order where job = %s"


def places(told: Described, primary: bool) -> Iterator[Place]:
    """A place for each declared database, here and at each target; `primary`: what this node is now."""
    if told.dumps is None:
        return
    here = store.dumps(told)
    away = dict(kept(told))
    for database, chosen in told.dumps.databases.items():
        row = ask(told, ORDER, (database,))
        mine = row["node"] == told.node if row else primary
        own = of(here, database, chosen)
        yield Place(database, HERE, own, mine, chosen.pause, told.dumps.verify_pause)
        for name, found in away.items():
            yield Place(database, name, of(found, database, chosen), mine, chosen.pause, 0, own)


def kept(told: Described) -> Iterator[tuple[str, Sequence[Kept]]]:
    """What was last seen at each target, by its name; targets that this node may not read of are none."""
    try:
        known = targets(told)
    except Refused:
        return
    for target in known:
        last = memory.seen(told, target.name)
        yield target.name, last.kept if last else ()


def of(found: Sequence[Stored], database: str, chosen: Chosen) -> Sequence[Stored]:
    """Those that are of what is declared, and not of something else that was dumped by hand."""
    wanted = scope(database, chosen)
    return [one for one in found if one.manifest.scope == wanted]
