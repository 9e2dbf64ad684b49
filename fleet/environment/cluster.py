"""One primary and its standbys: settings, access, roles, databases and how the standbys follow."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from .backups import Backups
from .declared import Declared
from .drills import Drills
from .dumps import Dump, Dumps
from .node import Node
from .rights import Database, Role, Rule
from .shape import Between
from .words import (
    Directory,
    HostName,
    Identifier,
    Locale,
    Scalar,
    SettingName,
    Several,
    SlotName,
    Text,
    Truth,
    Version,
    Whole,
    Why,
)

Workload = Literal["web", "oltp", "dw", "mixed", "desktop"]
Method = Literal["first", "any"]


class Override(Declared):
    """A setting that a person chose instead of the tuner, and why."""

    value: Scalar = Field(examples=["256MB"])
    """The value, as in postgresql.conf but without its quotes."""
    why: Why = Field(examples=["the nightly report sorts 200 MB"])
    """The reason; it stands beside the setting in the file on the host."""


class Synchronous(Declared):
    """Which standbys a commit waits for: the first `number` of them in order, or any `number`."""

    method: Method = Field("any", examples=["any"])
    """`any`: whichever answer first. `first`: by the order in which they are declared."""
    number: Annotated[Whole, Between(1, 64)] = Field(1, examples=[1])
    """How many standbys must have the commit. When fewer are up, commits wait."""
    standbys: Annotated[tuple[Text, ...], Several] | None = Field(None, examples=[["pg2", "pg3"]])
    """The names of the standbys that count. Without it: all that are not delayed."""


class Replication(Declared):
    """How standbys follow; asynchronous unless `synchronous` is declared."""

    synchronous: Synchronous | None = Field(None, examples=[{"method": "any", "number": 1}])
    """Which standbys a commit waits for. Without it: none."""
    slots: Annotated[tuple[SlotName, ...], Several] = Field((), examples=[["warehouse"]])
    """Physical replication slots besides those of the standbys, which need no declaration."""


class Cluster(Declared):
    """One primary and its standbys. The name is also the Debian cluster and the pgBackRest stanza."""

    _name: str = PrivateAttr("main")

    postgresql: Version = Field(examples=[17])
    """The major version of PostgreSQL."""
    packages: Literal["debian", "pgdg"] = Field("debian", examples=["debian"])
    """Where PostgreSQL's packages come from: the distribution, or apt.postgresql.org (`pgdg`)."""
    workload: Workload = Field("oltp", examples=["oltp"])
    """What the tuner has in mind; `dw` is few big queries, `desktop` a guest on somebody's machine."""
    connections: Annotated[Whole, Between(10, 10_000)] | None = Field(None, examples=[100])
    """How many clients may be connected at once. Without it: what suits the workload."""
    port: Annotated[Whole, Between(1024, 65535)] = Field(5432, examples=[5432])
    """The port that PostgreSQL listens on."""
    data_directory: Directory | None = Field(None, examples=["/srv/postgresql/main"])
    """Where the data lies. Without it: Debian's /var/lib/postgresql/<version>/<cluster>."""
    locale: Locale = Field("C.UTF-8", examples=["C.UTF-8"])
    """The locale of the cluster and, unless they say otherwise, of its databases."""
    nodes: dict[HostName, Node] = Field(min_length=1, examples=[{"pg1": {"address": "192.0.2.11", "duty": "primary"}}])
    """The hosts, by the names that the inventory, the certificates and the standbys know them by."""
    settings: dict[SettingName, Override] = Field({}, examples=[{"work_mem": {"value": "32MB", "why": "large sorts"}}])
    """Settings that you choose instead of the tuner, each with its reason."""
    access: tuple[Rule, ...] = Field(
        (), examples=[[{"databases": ["shop"], "roles": ["shop_app"], "from": ["10.0.0.0/8"]}]]
    )
    """Who may connect to what from where. The first rule that matches decides; without one it is no."""
    roles: dict[Identifier, Role] = Field({}, examples=[{"shop_app": {"login": True}}])
    """The roles besides `postgres`, `replicator` and `monitor`, which are always there."""
    databases: dict[Identifier, Database] = Field({}, examples=[{"shop": {"owner": "shop"}}])
    """The databases, by name."""
    replication: Replication = Field(Replication(), examples=[{"synchronous": {"number": 1}}])
    """How standbys follow."""
    backups: Backups | None = Field(None, examples=[{"repositories": {"near": {"host": "backup1"}}}])
    """Where WAL and backups go. Without it: nowhere."""
    drills: Drills | None = Field(None, examples=[{"restore": {"node": "pg2", "when": "sunday 04:00"}}])
    """Which recoveries are made for the clock alone. Without it: none, and nobody knows how long one takes."""
    dumps: Dumps | None = Field(
        None, examples=[{"schedule": {"take": "daily 02:00"}, "retention": {"last": 3, "daily": 7}}]
    )
    """Logical dumps of its databases. Without it: none."""
    revoke_undeclared: Truth = Field(False, examples=[False])
    """Whether attributes, memberships and grants that are not declared are taken away, or only shown."""

    @property
    def name(self) -> str:
        """What the environment calls it."""
        return self._name

    @property
    def data(self) -> PurePosixPath:
        """The data directory: as declared, or Debian's."""
        return PurePosixPath(self.data_directory or f"/var/lib/postgresql/{self.postgresql}/{self._name}")

    @property
    def primary(self) -> tuple[str, Node]:
        """The name of the primary, and the node."""
        return next((name, node) for name, node in self.nodes.items() if node.duty == "primary")

    @property
    def standbys(self) -> dict[str, Node]:
        return {name: node for name, node in self.nodes.items() if node.duty == "standby"}

    @property
    def repositories(self) -> dict[str, Node]:
        return {name: node for name, node in self.nodes.items() if node.duty == "repository"}

    @property
    def servers(self) -> dict[str, Node]:
        """The nodes that run PostgreSQL, the primary first."""
        servers = [(name, node) for name, node in self.nodes.items() if node.duty != "repository"]
        return dict(sorted(servers, key=lambda server: server[1].duty != "primary"))

    @property
    def dumped(self) -> dict[str, Dump]:
        """The databases that are dumped, and what of them."""
        return {name: one.dump for name, one in self.databases.items() if one.dump and self.dumps}

    @property
    def prompt_standbys(self) -> tuple[str, ...]:
        """The names of the standbys that do not stay behind on purpose: those that a commit can wait for."""
        return tuple(name for name, node in self.standbys.items() if node.delay is None)
