"""Nodes: one primary a cluster, one place a node, and names that cannot be taken for something else."""

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import pairwise

from ..cluster import Cluster
from ..finding import ANY, Finding, Path
from ..model import Environment

# Groups of the inventory, and the first words of secrets' names.
TAKEN = ("all", "primary", "standby", "repository", "tls", "authority")


def between_clusters(environment: Environment) -> Iterator[Finding]:
    """Names and addresses that stand for two things."""
    names: dict[str, str] = {}
    addresses: dict[object, str] = {}
    for cluster_name, cluster in environment.clusters.items():
        yield from _cluster_name(cluster_name)
        for name, node in cluster.nodes.items():
            where: Path = ("clusters", cluster_name, "nodes", name)
            if name in names:
                what = f"is a node of {names[name]} already"
                yield Finding(where, what, "a node belongs to one cluster; give this one a host and a name of its own")
            elif node.address in addresses:
                what = f"{node.address} is the address of {addresses[node.address]} already"
                yield Finding((*where, "address"), what, "a node belongs to one cluster; give this one its own address")
            names.setdefault(name, cluster_name)
            addresses.setdefault(node.address, name)
            yield from _node_name(where, name, environment)


def _cluster_name(name: str) -> Iterator[Finding]:
    if name in TAKEN:
        yield Finding(("clusters", name), f"the name {name} is taken by pgsteward", "give the cluster another name")


def _node_name(where: Path, name: str, environment: Environment) -> Iterator[Finding]:
    if name in environment.clusters:
        yield Finding(where, "is the name of a cluster, too", "give it another; --limit could not tell them apart")
    if name in TAKEN:
        yield Finding(where, f"the name {name} is taken by pgsteward", "give the node another name")
    if _is_address(name):
        yield Finding(where, "is an address where a name is needed", "give the node a name; it is in its certificate")


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def within(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the nodes of one cluster."""
    nodes: Path = (*place, "nodes")
    yield from _one_primary(nodes, cluster)
    yield from _names_apart(nodes, cluster)
    for name, node in cluster.nodes.items():
        where: Path = (*nodes, name)
        needs = ((*where, "duty"),)
        if node.delay is not None and node.duty != "standby":
            hint = "remove `delay`, or declare it a standby"
            yield Finding((*where, "delay"), f"a {node.duty} cannot stay behind", hint, needs)
        if node.duty != "repository" and environment.ssh_to(name).port == cluster.port:
            what = f"its SSH server is on {cluster.port}, which is the cluster's port, too"
            ports: tuple[Path, ...] = (*needs, (*place, "port"), (*where, "ssh", "port"), ("ssh", "port"))
            yield Finding(where, what, "declare another `port` for the cluster", ports)
        if node.listen and len(cluster.servers) > 1 and not {"*", str(node.address)} & set(node.listen):
            hint = f"add {node.address}, or remove `listen`"
            needed = ((*where, "address"), (*where, "listen", ANY), (*nodes, ANY, "duty"))
            yield Finding((*where, "listen"), "leaves out where the other nodes reach it", hint, needed)


def _one_primary(nodes: Path, cluster: Cluster) -> Iterator[Finding]:
    primaries = [name for name, node in cluster.nodes.items() if node.duty == "primary"]
    needs = ((*nodes, ANY, "duty"),)
    if not primaries:
        yield Finding(nodes, "there is no primary", "declare `duty: primary` for exactly one node", needs)
    if len(primaries) > 1:
        what = f"there are {len(primaries)} primaries: {', '.join(primaries)}"
        yield Finding(nodes, what, "declare `duty: standby` for all but one", needs)


def _names_apart(nodes: Path, cluster: Cluster) -> Iterator[Finding]:
    """PostgreSQL names a standby's slot in letters, digits and `_` only."""
    names = sorted(cluster.nodes, key=lambda name: (name.replace(".", "-"), name))
    for one, other in pairwise(names):
        if one.replace(".", "-") == other.replace(".", "-"):
            what = f"differs from {one} in a dot or dash only; their replication slots would be one"
            yield Finding((*nodes, other), what, "give one of them another name")
