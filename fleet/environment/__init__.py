"""The environment: what a person declares in `inventories/*.yml`, validated and frozen.

This room knows shapes and words. What follows from them (settings, rules, plans) is derived elsewhere.
"""

from typing import Any

import yaml

from .cluster import Cluster, Method, Override, Replication, Synchronous, Workload
from .declared import Declared
from .model import Environment, Purpose
from .node import Duty, HardwareOverride, Node, Ssh
from .rights import Database, Grant, Role, Rule
from .sources import (
    Archive,
    OwnAuthority,
    Secrets,
    SecretsFromAge,
    SecretsFromCommand,
    SecretsFromEnvironment,
    SecretsFromFile,
    SuppliedCertificates,
    Tls,
)
from .words import Bytes, HostName, Identifier, Name, Network, Seconds, SlotName

__all__ = [
    "Archive",
    "Bytes",
    "Cluster",
    "Database",
    "Declared",
    "Duty",
    "Environment",
    "Grant",
    "HardwareOverride",
    "HostName",
    "Identifier",
    "Method",
    "Name",
    "Network",
    "Node",
    "Override",
    "OwnAuthority",
    "Purpose",
    "Replication",
    "Role",
    "Rule",
    "Seconds",
    "Secrets",
    "SecretsFromAge",
    "SecretsFromCommand",
    "SecretsFromEnvironment",
    "SecretsFromFile",
    "SlotName",
    "Ssh",
    "SuppliedCertificates",
    "Synchronous",
    "Tls",
    "Workload",
    "load",
    "parse",
]


def parse(document: Any, source: str) -> Environment:
    return Environment.model_validate(document)


def load(text: str | bytes, source: str) -> Environment:
    """The environment that the YAML `text` declares; raises `Refused` with every problem at once."""
    document = yaml.safe_load(text)
    return parse({name: part for name, part in document.items() if not name.startswith("x-")}, source)
