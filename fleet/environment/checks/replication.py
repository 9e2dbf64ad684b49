"""Replication: commits can only wait for standbys that exist and do not stay behind on purpose."""

from collections.abc import Iterator

from ..cluster import Cluster, Synchronous
from ..finding import ANY, Finding, Path
from ..model import Environment
from ..shape import shown


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with how the standbys follow."""
    where: Path = (*place, "replication")
    if cluster.replication.synchronous:
        yield from _synchronous((*where, "synchronous"), place, cluster, cluster.replication.synchronous)
    taken = {name.replace("-", "_").replace(".", "_"): name for name in cluster.nodes}
    for index, slot in enumerate(cluster.replication.slots):
        if slot in taken:
            what = f"{slot} is the slot of the node {taken[slot]}"
            hint = "remove it; the slots of standbys need no declaration"
            yield Finding((*where, "slots", index), what, hint)


def _synchronous(where: Path, place: Path, cluster: Cluster, wanted: Synchronous) -> Iterator[Finding]:
    prompt = cluster.prompt_standbys
    counted = prompt if wanted.standbys is None else wanted.standbys
    for index, name in enumerate(wanted.standbys or ()):
        if fault := _fault(name, cluster):
            node = (*place, "nodes", name)
            hint = f"the standbys that can be waited for: {', '.join(prompt) or 'none'}"
            needs = ((*node, "duty"), (*node, "delay"))
            yield Finding((*where, "standbys", index), f"{shown(name)} {fault}", hint, needs)
    if wanted.number > len(counted):
        what = f"is {wanted.number}, but the standbys that a commit can wait for are {', '.join(counted) or 'none'}"
        hint = "lower `number`, or declare more standbys without a delay"
        nodes = (*place, "nodes", ANY)
        places: tuple[Path, ...] = ((*nodes, "duty"), (*nodes, "delay"), (*where, "standbys", ANY))
        yield Finding((*where, "number"), what, hint, places)


def _fault(name: str, cluster: Cluster) -> str:
    """Why a commit cannot wait for the node `name`; empty if it can."""
    node = cluster.nodes.get(name)
    if node is None:
        return "is no node of this cluster"
    if node.duty != "standby":
        return f"is a {node.duty}"
    return "stays behind on purpose; each commit would wait for its delay" if node.delay is not None else ""
