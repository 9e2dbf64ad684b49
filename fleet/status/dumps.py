"""The dumps of a cluster as its nodes see them together: of the same in the same place, the newest counts.

Standbys take dumps, and a node knows its own disk alone: what lies `here` is on the disks of all servers together.
"""

from collections.abc import Iterable, Iterator

from . import standing
from .document import Dump, Dumps
from .finding import GOOD, UNSEEN, Finding, worst
from .view import View

HERE = "here"


def dumps(view: View, findings: Iterable[Finding]) -> Iterator[standing.Dumps]:
    """One line for each database that is dumped and each place where it should lie."""
    known = list(findings)
    targets = view.cluster.dumps.targets if view.cluster.dumps else {}
    for database in view.cluster.dumped:
        for place in (HERE, *targets):
            yield _place(view, database, place, known)


def subject(database: str, place: str) -> str:
    """What steward's checks call the dumps of a database in a place."""
    return f"dumps of {database}, {place}"


def _place(view: View, database: str, place: str, findings: list[Finding]) -> standing.Dumps:
    seen = [(node, one) for node, one in _seen(view) if (one.database, one.place) == (database, place)]
    state = worst(one for one in findings if one.where == subject(database, place))
    good, verified = _newest(view, seen, "good"), _newest(view, seen, "verified")
    node = next((node for node, one in seen if good and one.good and one.good.id == good.id), None)
    counts = [one.count for _, one in seen]
    return standing.Dumps(
        database=database,
        place=place,
        state=state if seen or state != GOOD else UNSEEN,
        seen_by=node or next((node for node, _ in seen), None),
        count=(sum if place == HERE else max)(counts) if counts else 0,
        good=good,
        verified=verified,
    )


def _seen(view: View) -> Iterator[tuple[str, Dumps]]:
    for node, document in view.documents.items():
        yield from ((node, one) for one in document.dumps or ())


def _newest(view: View, seen: list[tuple[str, Dumps]], which: str) -> standing.Dump | None:
    found: list[tuple[str, Dump]] = [(node, one) for node, dumps in seen if (one := getattr(dumps, which))]
    if not found:
        return None
    node, one = max(found, key=lambda pair: pair[1].end)
    clock = view.clock(node)
    since = None if one.verified is None else clock - one.verified
    return standing.Dump(one.id, one.end, clock - one.end, one.size, one.verified, since)
