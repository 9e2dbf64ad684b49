"""The environment: what a person declares in `inventories/*.yml`, validated and frozen.

This room knows shapes and words. What follows from them (settings, rules, plans) is derived elsewhere.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..problem import Problem, Refused
from . import checks
from .backups import S3, Backups, Repository, Retention, Schedule
from .cluster import Cluster, Method, Override, Replication, Synchronous, Workload
from .declared import Declared
from .document import read
from .drills import Beside, Disaster, Drills, Promise, Recovery
from .dumps import (
    Bucket,
    Dump,
    DumpRetention,
    Dumps,
    DumpSchedule,
    DumpVerification,
    Encryption,
    Lock,
    Restic,
    Target,
)
from .finding import Path
from .mending import validated
from .migrations import Migrations, Waived
from .model import Environment, Purpose
from .node import Duty, HardwareOverride, Node, Ssh
from .rights import Database, Grant, Role, Rule
from .sources import (
    Apt,
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
    "S3",
    "Apt",
    "Backups",
    "Beside",
    "Bucket",
    "Bytes",
    "Cluster",
    "Database",
    "Declared",
    "Disaster",
    "Drills",
    "Dump",
    "DumpRetention",
    "DumpSchedule",
    "DumpVerification",
    "Dumps",
    "Duty",
    "Encryption",
    "Environment",
    "Grant",
    "HardwareOverride",
    "HostName",
    "Identifier",
    "Lock",
    "Method",
    "Migrations",
    "Name",
    "Network",
    "Node",
    "Override",
    "OwnAuthority",
    "Promise",
    "Purpose",
    "Recovery",
    "Replication",
    "Repository",
    "Restic",
    "Retention",
    "Role",
    "Rule",
    "Schedule",
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
    "Target",
    "Tls",
    "Waived",
    "Workload",
    "load",
    "parse",
]

NOTHING = Problem("the file", "is empty", "begin with a copy of inventories/example.yml")
NO_MAPPING = Problem("the file", "is not a mapping", "write `key: value` lines, as inventories/example.yml does")


def parse(document: Any, source: str, lines: Mapping[Path, int] = MappingProxyType({})) -> Environment:
    """The environment that `document` (what YAML gave) declares; raises `Refused` with every problem at once.

    `lines` are where the places of the document stand in its file. Keys that begin with `x-` at the top belong
    to other tools.
    """
    if not isinstance(document, dict):
        raise Refused(source, [NOTHING if document is None else NO_MAPPING])
    own = {key: value for key, value in document.items() if not str(key).startswith("x-")}
    environment, found, mended = validated(own)
    if environment:
        found += [one for one in checks.all_of(environment) if not one.depends_on(mended)]
    if found or environment is None:
        problems = dict.fromkeys(one.problem(lines) for one in found)
        raise Refused(source, sorted(problems, key=lambda problem: problem.line))
    return environment


def load(text: str | bytes, source: str) -> Environment:
    """The environment that the YAML `text` declares; raises `Refused` with every problem at once."""
    document = read(text, source)
    return parse(document.content, source, document.lines)
