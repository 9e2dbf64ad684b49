"""Who follows whom, and how far behind: the primary, its standbys and the repositories that it archives into."""

from collections.abc import Iterator
from dataclasses import dataclass

from .. import duration, size
from ..status import standing


@dataclass(frozen=True)
class Link:
    """Something that the primary feeds: what it is, how it stands, and what is said of the way there."""

    name: str
    what: str
    state: str
    way: str
    behind: str
    flows: bool


@dataclass(frozen=True)
class Topology:
    """A cluster. `primary` is its name and what is said of it; more than one is a misfortune that is shown."""

    primaries: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]


def topology(one: standing.Cluster) -> Topology:
    heads = tuple((head.node, said(head)) for head in one.primaries)
    return Topology(heads or (("no primary", "none is seen"),), (*nodes(one), *repositories(one)))


def said(head: standing.Primary) -> str:
    return f"timeline {head.timeline} at {head.lsn}" if head.timeline else "primary"


def nodes(one: standing.Cluster) -> Iterator[Link]:
    """Every node but the primaries; hosts of repositories show as those."""
    primaries = {head.node for head in one.primaries}
    for node in one.nodes:
        if node.name in primaries or node.duty == "repository":
            continue
        way = " ".join(filter(None, [node.replication, node.sync])) or "does not stream"
        behind = "" if node.replay_bytes is None else f"{size.about(max(node.replay_bytes, 0))} behind"
        behind += "" if node.replay_seconds is None else f", {duration.about(node.replay_seconds)}"
        behind += "" if node.delay is None else f"; {duration.about(node.delay)} on purpose"
        yield Link(node.name, node.now, node.state, way, behind, node.replication == "streaming")


def repositories(one: standing.Cluster) -> Iterator[Link]:
    for found in one.repositories:
        age = found.archive_age_seconds
        behind = "" if age is None else f"lacks the last {duration.about(age)}"
        yield Link(found.name, "repository", found.state, "archive", behind, found.state in ("good", "note"))
