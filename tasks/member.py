"""The node that the deploy stands on: its environment, its cluster, and what follows from them on this host."""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from pyinfra import inventory
from pyinfra.api import Host

from fleet.environment import Cluster, Environment, Node
from fleet.layout import Layout
from fleet.machine import Machine, machine
from fleet.server import Server

from .environment import read
from .facts import AnswersFact, ServerFact
from .memory import recall
from .secrets import secrets_of

declared = cache(read)  # an environment is read and validated once a run


@dataclass(frozen=True)
class Member:
    """A node of a cluster of an environment, and the pyinfra host that is it."""

    host: Host
    source: str
    environment: Environment
    cluster_name: str
    name: str

    @property
    def cluster(self) -> Cluster:
        return self.environment.clusters[self.cluster_name]

    @property
    def node(self) -> Node:
        return self.cluster.nodes[self.name]

    @property
    def duty(self) -> str:
        return self.node.duty

    @property
    def where(self) -> str:
        """This node's path in the environment file."""
        return f"clusters.{self.cluster_name}.nodes.{self.name}"

    @property
    def layout(self) -> Layout:
        return Layout(self.cluster.postgresql, self.cluster_name, self.cluster.data)

    @property
    def primary(self) -> "Member":
        return self.mate(self.cluster.primary[0])

    @property
    def standbys(self) -> tuple["Member", ...]:
        return tuple(self.mate(name) for name in self.cluster.standbys)

    def mate(self, name: str) -> "Member":
        """Another node of this cluster, whether or not the run is limited to some."""
        return self.elsewhere(next(host for host in inventory if host.data.node == name))

    def elsewhere(self, host: Host) -> "Member":
        """The member that `host` is, in the environment of this one."""
        found = member(host)
        return found if found.environment is self.environment else replace(found, environment=self.environment)

    def secret(self, name: str) -> str:
        """The value of one of the environment's secrets; for standard input and comparisons, never for a command."""
        return secrets_of(self.environment, self.source).get(name)

    @cached_property
    def machine(self) -> Machine:
        """Read once: what a host is made of does not change during a run."""
        answers = recall(self.host, AnswersFact, script="machine", arguments=(str(self.layout.data),))
        return machine(self.where, answers, self.node.hardware)

    @property
    def server(self) -> Server:
        """How its server stands, as read since the last change anywhere."""
        seen: Server = recall(self.host, ServerFact, **self._place)
        return seen

    def server_now(self) -> Server:
        """How its server stands at this moment."""
        seen: Server = self.host.get_fact(ServerFact, **self._place)
        return seen

    @property
    def place(self) -> tuple[object, ...]:
        """What scripts need to find its server: version, cluster, data directory, port."""
        layout = self.layout
        return layout.version, layout.cluster, layout.data, self.cluster.port

    @property
    def _place(self) -> dict[str, Any]:
        layout = self.layout
        return {
            "version": layout.version,
            "cluster": layout.cluster,
            "data": str(layout.data),
            "port": self.cluster.port,
        }


@cache
def member(host: Host) -> Member:
    """The member that `host` is. Its cluster is what the environment says: `--data cluster=…` types one for a verb."""
    source, name = host.data.environment, host.data.node
    environment = declared(source)
    return Member(host, source, environment, environment.cluster_of(name), name)
