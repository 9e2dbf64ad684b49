"""A host in a cluster: how it is reached, what it is for, what it is made of."""

from typing import Annotated, Literal

from pydantic import Field

from ..hardware import Storage
from ..size import show_size
from .declared import Declared
from .shape import Between
from .words import USER, Address, Bytes, HostName, Listen, Seconds, Several, Text, Whole

Duty = Literal["primary", "standby", "repository"]

MIB, TIB = 1 << 20, 1 << 40
LONGEST_DELAY = 2_147_483  # seconds; PostgreSQL counts milliseconds in 31 bits

Port = Annotated[Whole, Between(1, 65535)]
Memory = Annotated[Bytes, Between(256 * MIB, 64 * TIB, show_size)]
Disk = Annotated[Bytes, Between(256 * MIB, 1024 * 1024 * TIB, show_size)]
Delay = Annotated[Seconds, Between(1, LONGEST_DELAY, "{}s".format)]


class Ssh(Declared):
    """How the operator's machine reaches a node."""

    user: Annotated[str, USER] = Field("root", examples=["admin"])
    """The user to log in as: root, or one with sudo that asks for no password."""
    port: Port = Field(22, examples=[22])
    """The port of the SSH server."""
    key: Text | None = Field(None, examples=["~/.ssh/id_ed25519"])
    """The private key. Without it, the agent's and the usual ones are tried."""
    known_hosts: Text | None = Field(None, examples=["inventories/prod.known_hosts"])
    """The file with the hosts' keys. With it, an unknown host is refused; without it, its key is learnt."""
    config: Text | None = Field(None, examples=["~/.ssh/config"])
    """An OpenSSH client configuration, for jump hosts and the like."""


class HardwareOverride(Declared):
    """What the host's own answer is replaced with, where it is wrong or not the whole truth."""

    memory: Memory | None = Field(None, examples=["8GB"])
    """Memory that PostgreSQL may count on."""
    cpus: Annotated[Whole, Between(1, 1024)] | None = Field(None, examples=[4])
    """CPUs that PostgreSQL may count on."""
    storage: Storage | None = Field(None, examples=["ssd"])
    """What the data lies on; virtual disks often lie about it."""
    disk: Disk | None = Field(None, examples=["500GB"])
    """The size of the filesystem that holds the data directory."""


class Node(Declared):
    """A host in a cluster."""

    address: Address = Field(examples=["192.0.2.11"])
    """Where the other nodes, the clients and SSH reach it. Unique in the environment."""
    duty: Duty = Field(examples=["standby"])
    """`primary` takes the writes (one a cluster), `standby` follows it, `repository` keeps backups."""
    names: Annotated[tuple[HostName, ...], Several] = Field((), examples=[["db.example.com"]])
    """Other names that clients reach it by; its certificate is good for them, too."""
    listen: Annotated[tuple[Listen, ...], Several] | None = Field(None, examples=[["localhost", "192.0.2.11"]])
    """Where PostgreSQL listens. Without it: on localhost and the node's address."""
    ssh: Ssh | None = Field(None, examples=[{"port": 2222}])
    """What of the environment's `ssh` is different for this node; the rest stays."""
    hardware: HardwareOverride = Field(HardwareOverride(), examples=[{"memory": "8GB"}])
    """What the host's own answer is replaced with."""
    delay: Delay | None = Field(None, examples=["4h"])
    """How far a standby stays behind on purpose: a mistake on the primary is not yet one here."""
