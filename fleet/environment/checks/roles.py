"""Roles: names that are free, memberships that exist, a reason for every powerful role that can log in."""

from collections.abc import Iterator

from ..cluster import Cluster
from ..finding import Finding, Path
from ..model import Environment
from ..rights import Role
from ..shape import shown

SYSTEM = ("postgres", "replicator", "monitor")
WORDS = (
    "public",
    "none",
    "all",
    "user",
    "current_user",
    "current_role",
    "session_user",
    "sameuser",
    "samerole",
)
POWERS = {
    "superuser": "is a superuser",
    "createrole": "can create roles",
    "replication": "can copy the whole cluster",
    "bypassrls": "sees all rows, whatever row security says",
}
# PostgreSQL's own roles, by the first version that has them
PREDEFINED = {
    **dict.fromkeys(("pg_read_all_data", "pg_write_all_data", "pg_read_all_settings", "pg_read_all_stats"), 14),
    **dict.fromkeys(("pg_stat_scan_tables", "pg_monitor", "pg_signal_backend"), 14),
    **dict.fromkeys(("pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"), 14),
    "pg_checkpoint": 15,
    **dict.fromkeys(("pg_create_subscription", "pg_use_reserved_connections"), 16),
    "pg_maintain": 17,
    "pg_signal_autovacuum_worker": 18,
}
POWERFUL = {
    "pg_read_server_files": "can read files of the server",
    "pg_write_server_files": "can write files of the server",
    "pg_execute_server_program": "can run programs on the server",
}


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the roles of a cluster."""
    for name, role in cluster.roles.items():
        where: Path = (*place, "roles", name)
        yield from _name(where, name)
        yield from _memberships(where, name, role, cluster)
        yield from _power(where, name, role, cluster)


def _name(where: Path, name: str) -> Iterator[Finding]:
    if name in SYSTEM:
        yield Finding(where, "is always there, as pgsteward needs it", "remove it, or give the role another name")
    elif name.startswith("pg_"):
        yield Finding(where, "begins with pg_, as only PostgreSQL's own roles do", "give the role another name")
    elif name in WORDS:
        yield Finding(where, "is a word of PostgreSQL's, not a name", "give the role another name")


def _memberships(where: Path, name: str, role: Role, cluster: Cluster) -> Iterator[Finding]:
    for index, group in enumerate(role.member_of):
        fault = _fault(name, group, cluster)
        if fault:
            known = ", ".join(other for other in cluster.roles if other != name) or "none"
            hint = f"declared roles are {known}; PostgreSQL's own are in its manual, chapter Predefined Roles"
            hint = "break the circle: take one of the memberships away" if fault.startswith("is, ") else hint
            needs = ((*where[:-1], group, "member_of"),)
            yield Finding((*where, "member_of", index), f"{shown(group)} {fault}", hint, needs)


def _fault(name: str, group: str, cluster: Cluster) -> str:
    """Why `name` cannot be a member of `group`; empty if it can."""
    if group == name or name in groups(group, cluster):
        return f"is, directly or not, a member of {shown(name)}"
    if group in cluster.roles:
        return ""
    if group in SYSTEM:
        return "is pgsteward's own; it has no members"
    if PREDEFINED.get(group, 1 << 10) > cluster.postgresql:
        since = PREDEFINED.get(group)
        return f"comes with PostgreSQL {since}" if since else "is not a declared role"
    return ""


def groups(name: str, cluster: Cluster) -> set[str]:
    """All roles that `name` is a member of, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        role = cluster.roles.get(waiting.pop())
        new = set(role.member_of) - found if role else set()
        found |= new
        waiting += new
    return found


def _power(where: Path, name: str, role: Role, cluster: Cluster) -> Iterator[Finding]:
    if not role.login or role.why:
        return
    for power, through in powers(name, role, cluster):
        what = f"can log in and {power}{f' (through {through})' if through else ''}, without a reason"
        needs = ((*where, "why"), (*where, "login"), *(((*where[:-1], through),) if through else ()))
        yield Finding(where, what, "add `why:`, or take the right away", needs)


def powers(name: str, role: Role, cluster: Cluster) -> Iterator[tuple[str, str]]:
    """What the role may do beyond its own data, and the role through which it may; empty for itself."""
    yield from ((what, "") for right, what in POWERS.items() if getattr(role, right))
    for group in sorted(groups(name, cluster) - {name}):
        if group in POWERFUL:
            yield POWERFUL[group], group
        elif other := cluster.roles.get(group):
            yield from ((what, group) for right, what in POWERS.items() if getattr(other, right))
