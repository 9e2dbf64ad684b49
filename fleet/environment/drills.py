"""Drills of a cluster: which recoveries are made for the clock alone, where, when, and what they have to come to."""

from typing import Annotated

from pydantic import Field

from ..size import show_size
from .declared import Declared
from .shape import Between
from .words import Address, Bytes, Directory, HostName, Identifier, Name, Seconds, Several, Text, Times, Truth, Whole

MIB, TIB = 1 << 20, 1 << 40


class Promise(Declared):
    """What a recovery is promised to come to. A drill that misses it is no good one."""

    rto: Seconds | None = Field(None, examples=["30min"])
    """How long a recovery may take, until a client has written its first row."""
    rpo: Seconds | None = Field(None, examples=["60s"])
    """How much time of writes may be lost; for `pitr`, how far before the wanted moment it may end."""


class Beside(Promise):
    """A recovery on a node of the cluster, into a server of its own that is removed again."""

    node: HostName = Field(examples=["pg2"])
    """The node that does it; not the primary, unless `on_primary` says so."""
    when: Times | None = Field(None, examples=["sunday 04:00"])
    """When cron does it, in UTC. Without it: by hand alone."""
    on_primary: Truth = Field(False, examples=[False])
    """Whether a node may do it that is the primary at the moment."""


class Recovery(Beside):
    """The same out of a repository: files, and WAL behind them."""

    repository: Name | None = Field(None, examples=["far"])
    """Where from. Without it: the first repository that leads there."""


class Disaster(Promise):
    """Everything is lost but one repository: a new cluster on spare hosts, from it alone. By hand."""

    repository: Name = Field(examples=["far"])
    """The repository; not one on a host of the cluster."""
    hosts: dict[HostName, Address] = Field(min_length=1, examples=[{"pg1": "192.0.2.91"}])
    """The addresses of the spare hosts, by the names of the nodes that they stand for.

    The first becomes the primary, where that of the cluster is not among them.
    """


class Drills(Declared):
    """Recoveries nobody needed, timed and proved. Each kind is made where it is declared, and nowhere else."""

    restore: Recovery | None = Field(None, examples=[{"node": "pg2", "when": "sunday 04:00", "rto": "30min"}])
    """The newest backup, and all WAL behind it."""
    pitr: Recovery | None = Field(None, examples=[{"node": "pg2", "when": "tuesday 04:00", "rto": "30min"}])
    """A moment within what can be reached, chosen at random."""
    dump: Beside | None = Field(None, examples=[{"node": "pg2", "when": "thursday 04:00", "rto": "1h", "rpo": "26h"}])
    """The newest dump of each database, into a server made for it; on a node that takes them."""
    disaster: Disaster | None = Field(None, examples=[{"repository": "far", "hosts": {"pg1": "192.0.2.91"}}])
    """A new cluster on spare hosts."""
    failover: Promise | None = Field(None, examples=[{"rto": "60s", "rpo": "0s"}])
    """The primary is lost, and a standby promoted. By hand, with the cluster's name typed."""
    switchover: Promise | None = Field(None, examples=[{"rto": "10s", "rpo": "0s"}])
    """The primary and a standby change places. By hand, with the cluster's name typed."""
    node: Promise | None = Field(None, examples=[{"rto": "30min"}])
    """A standby is lost, and made anew. By hand, with the cluster's name typed."""
    assertions: dict[Identifier, Annotated[tuple[Text, ...], Several]] = Field(
        {}, examples=[{"shop": ["drills/orders_have_lines.sql"]}]
    )
    """SQL files by database, relative to the project: queries that return no rows where the data is right."""
    memory: Annotated[Bytes, Between(256 * MIB, TIB, show_size)] = Field(
        1 << 30, examples=["1GB"], json_schema_extra={"default": "1GB"}
    )
    """The most memory that a drill beside production may take, and the proof of a disaster on its spare host."""
    load: Annotated[Whole, Between(1, 100_000)] = Field(100, examples=[100])
    """The load of a host, in percent of its CPUs, above which it is busy, and a drill is refused."""
    free: Annotated[Whole, Between(0, 90)] = Field(10, examples=[10])
    """How many percent of the disk have to stay free beside what comes back."""
    directory: Directory = Field("/var/lib/postgresql/drills", examples=["/srv/drills"])
    """Where it comes back to; empty again afterward."""

    @property
    def beside(self) -> dict[str, Beside]:
        """Those that a node makes for itself, by kind."""
        kinds: dict[str, Beside | None] = {"restore": self.restore, "pitr": self.pitr, "dump": self.dump}
        return {kind: one for kind, one in kinds.items() if one}
