"""The environment as a whole."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ..problem import Problem, Refused, nearest
from .cluster import Cluster
from .declared import Declared
from .node import Node, Ssh
from .sources import Apt, OwnAuthority, Secrets, Tls
from .words import Name

Purpose = Literal["production", "staging", "development"]


class Environment(Declared):
    """One YAML file with its clusters."""

    purpose: Purpose = Field("production", examples=["production"])
    """What it is for; some verbs that throw data away exist for `development` only."""
    secrets: Secrets = Field(examples=[{"from": "file", "path": ".secrets/prod.yml"}])
    """Where passwords and keys come from; they never stand in this file."""
    tls: Tls = Field(OwnAuthority(source="authority"), examples=[{"from": "authority"}])
    """Where the servers' certificates come from. There is no way without."""
    ssh: Ssh = Field(Ssh(), examples=[{"user": "admin"}])
    """How the operator's machine reaches the nodes; a node may say otherwise."""
    apt: Apt = Field(Apt(), examples=[{"proxy": "http://proxy.example.com:3128"}])
    """Where packages come from, if not straight from the usual places."""
    clusters: dict[Name, Cluster] = Field(
        min_length=1,
        examples=[{"main": {"postgresql": 17, "nodes": {"pg1": {"address": "192.0.2.11", "duty": "primary"}}}}],
    )
    """The clusters, by name."""

    @model_validator(mode="after")
    def _name_clusters(self) -> Self:
        for name, cluster in self.clusters.items():
            cluster._name = name
        return self

    def cluster(self, name: str) -> Cluster:
        """The cluster called `name`; raises `Refused` with the nearest that there is."""
        if name in self.clusters:
            return self.clusters[name]
        raise self._unknown(name, "cluster", self.clusters)

    def cluster_of(self, node: str) -> str:
        """The name of the cluster that the node called `node` belongs to; raises `Refused`."""
        for name, cluster in self.clusters.items():
            if node in cluster.nodes:
                return name
        raise self._unknown(node, "node", self.nodes)

    def node(self, name: str) -> Node:
        """The node called `name`; raises `Refused` with the nearest that there is."""
        return self.clusters[self.cluster_of(name)].nodes[name]

    @property
    def nodes(self) -> dict[str, Node]:
        """Every node of every cluster, by name."""
        return {name: node for cluster in self.clusters.values() for name, node in cluster.nodes.items()}

    @property
    def repositories(self) -> dict[str, Node]:
        """Every node that keeps backups, by name."""
        return {name: node for name, node in self.nodes.items() if node.duty == "repository"}

    def ssh_to(self, node: str) -> Ssh:
        """How to reach the node: the environment's options, with what the node itself declares instead."""
        own = self.node(node).ssh
        if own is None:
            return self.ssh
        return self.ssh.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def _unknown(self, name: str, what: str, known: dict[str, Cluster] | dict[str, Node]) -> Refused:
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        return Refused("the environment", [Problem(name, f"is no {what} of it", hint)])
