"""The environment: what a person declares in `inventories/*.yml`, validated and frozen.

This room knows shapes and words. What follows from them (settings, rules, plans) is derived elsewhere.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .hardware import Storage

Duty = Literal["primary", "standby", "repository"]
Workload = Literal["web", "oltp", "dw", "mixed", "desktop"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
HostName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]+)*$")]
Identifier = Annotated[str, Field(min_length=1, max_length=63)]
Bytes = int  # "8GB" in the file
Seconds = int  # "4h" in the file


class Declared(BaseModel):
    """A part of the environment: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Ssh(Declared):
    """How the operator's machine reaches a node."""

    user: str = "root"
    port: int = 22
    key: str | None = None
    known_hosts: str | None = None
    config: str | None = None


class HardwareOverride(Declared):
    """What the host's own answer is replaced with."""

    memory: Bytes | None = None
    cpus: int | None = None
    storage: Storage | None = None
    disk: Bytes | None = None


class Node(Declared):
    """A host in a cluster."""

    address: IPv4Address | IPv6Address
    duty: Duty
    ssh: Ssh | None = None
    hardware: HardwareOverride = HardwareOverride()
    delay: Seconds | None = None


class Override(Declared):
    """A setting that a person chose instead of the tuner, and why."""

    value: str | int | float | bool
    why: str


class Rule(Declared):
    """Who may connect to what from where; one line of pg_hba.conf for each combination."""

    databases: tuple[str, ...]
    roles: tuple[str, ...]
    sources: tuple[IPv4Network | IPv6Network | Literal["local"], ...] = Field(alias="from")
    method: Literal["scram-sha-256", "peer", "cert", "md5", "trust", "reject"] = "scram-sha-256"
    tls: bool = True
    why: str | None = None


class Role(Declared):
    """A PostgreSQL role with no more than it needs."""

    login: bool = False
    superuser: bool = False
    createdb: bool = False
    createrole: bool = False
    replication: bool = False
    bypassrls: bool = False
    inherit: bool = True
    connection_limit: int = -1
    member_of: tuple[Identifier, ...] = ()
    settings: dict[str, str] = {}
    why: str | None = None


class Database(Declared):
    """A database, its owner, and which roles may read or write in it."""

    owner: Identifier
    grants: dict[Identifier, Literal["read", "write"]] = {}
    extensions: tuple[str, ...] = ()
    schemas: tuple[Identifier, ...] = ("public",)
    locale: str | None = None
    encoding: str = "UTF8"
    connection_limit: int = -1


class Synchronous(Declared):
    """Which standbys a commit waits for: the first `number` of them in order, or any `number`."""

    method: Literal["first", "any"] = "any"
    number: int = 1
    standbys: tuple[str, ...] | None = None


class Replication(Declared):
    """How standbys follow; asynchronous unless `synchronous` is declared."""

    synchronous: Synchronous | None = None
    slots: tuple[str, ...] = ()


class Cluster(Declared):
    """One primary and its standbys. The name is also the Debian cluster and the pgBackRest stanza."""

    postgresql: int
    packages: Literal["debian", "pgdg"] = "debian"
    workload: Workload = "oltp"
    connections: int | None = None
    port: int = 5432
    data_directory: str | None = None
    locale: str = "C.UTF-8"
    nodes: dict[HostName, Node]
    settings: dict[str, Override] = {}
    access: tuple[Rule, ...] = ()
    roles: dict[Identifier, Role] = {}
    databases: dict[Identifier, Database] = {}
    replication: Replication = Replication()
    revoke_undeclared: bool = False


class SecretsFromFile(Declared):
    source: Literal["file"] = Field(alias="from")
    path: str


class SecretsFromEnvironment(Declared):
    source: Literal["environment"] = Field(alias="from")
    prefix: str = "PGSTEWARD_"


class SecretsFromAge(Declared):
    source: Literal["age"] = Field(alias="from")
    path: str
    identity: str


class SecretsFromCommand(Declared):
    source: Literal["command"] = Field(alias="from")
    command: tuple[str, ...]


Secrets = Annotated[
    SecretsFromFile | SecretsFromEnvironment | SecretsFromAge | SecretsFromCommand, Field(discriminator="source")
]


class OwnAuthority(Declared):
    """Certificates are issued by the environment's own authority, whose key is among the secrets."""

    source: Literal["authority"] = Field(default="authority", alias="from")
    days: int = 365


class SuppliedCertificates(Declared):
    """Certificates come from files; `{node}` in `certificate` is the node's name; keys are secrets `tls/<node>`."""

    source: Literal["files"] = Field(alias="from")
    authority: str
    certificate: str


class Archive(Declared):
    """Where packages come from: a mirror of PGDG and a proxy for apt."""

    mirror: str | None = None
    proxy: str | None = None


class Environment(Declared):
    """One YAML file with its clusters."""

    purpose: Literal["production", "staging", "development"] = "production"
    secrets: Secrets
    tls: Annotated[OwnAuthority | SuppliedCertificates, Field(discriminator="source")] = OwnAuthority()
    ssh: Ssh = Ssh()
    archive: Archive = Archive()
    clusters: dict[Name, Cluster]


def parse(document: Any, source: str) -> Environment:
    """The environment that `document` (what YAML gave) declares; raises `Refused` with every problem at once."""
    return Environment.model_validate(document)
