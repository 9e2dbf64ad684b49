"""A small declaration, and what was found of it: the material of the tests in this folder."""

from typing import Any

from fleet.environment import Cluster
from fleet.rights.privilege import Entry
from fleet.rights.seen import Globals, Membership, SeenRole
from fleet.scram import SeenPassword

NODES = {"pg1": {"address": "192.0.2.11", "duty": "primary"}, "pg2": {"address": "192.0.2.12", "duty": "standby"}}
POWERS = ("login", "superuser", "createdb", "createrole", "replication", "bypassrls")


def cluster(version: int = 17, **declared: Any) -> Cluster:
    return Cluster.model_validate({"postgresql": version, "nodes": NODES} | declared)


def role(
    *powers: str,
    member_of: tuple[Membership, ...] = (),
    password: SeenPassword | None = None,
    **more: Any,
) -> SeenRole:
    """A role as it was found."""
    attributes = {power: power in powers for power in POWERS}
    plain: dict[str, Any] = {"inherit": True, "connection_limit": -1, "valid_until": None, "settings": ()}
    return SeenRole(attributes, memberships=member_of, password=password, **plain | more)


def server(version: int = 17, **roles: SeenRole) -> Globals:
    return Globals(version, "postgres", roles, {})


def entry(grantee: str, privilege: str, grantor: str = "owner", grantable: bool = False) -> Entry:
    return Entry(grantor, grantee, privilege, grantable)
