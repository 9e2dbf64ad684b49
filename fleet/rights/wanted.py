"""What is wanted: the declared roles and databases with what follows for them, and pgsteward's own.

Application sessions get timeouts, readers a read-only default. Owners, superusers and pgsteward's own roles do not: an
application's statement_timeout must never kill a migration or a dump.
"""

from collections.abc import Iterator, Mapping

from ..configuration import REPLICATOR
from ..environment import Cluster, Database, Role
from .privilege import Rights
from .seen import ADMINISTRATOR
from .statement import MAINTENANCE

MONITOR = "monitor"
ALWAYS = "pg_stat_statements"
OWN_SCHEMA = "pgsteward"  # pgsteward's own: no declaration names it, no deploy judges it

TIMEOUTS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "5min", "lock_timeout": "10s"}
READ_ONLY = {"default_transaction_read_only": "on"}
DEFAULTS = TIMEOUTS | READ_ONLY

MONITOR_CONNECTIONS = 5
OWNER_CONNECTIONS = 5  # a run of migrations takes two; somebody may look on meanwhile
FEWEST_OF_AN_OWNER = 2
CONNECTIONS_OF_A_STANDBY = 3  # a copy takes two; or one streams while the server has not yet missed the last one


class Owner(Role):
    """An owner that is not declared to log in: migrations and restores of ours are its sessions, without a password.

    `limited`: its connection limit is ours, and no declaration's.
    """

    limited: bool = False


def wanted_roles(cluster: Cluster) -> dict[str, Role]:
    """Every role that shall exist, by name: pgsteward's own, and the declared ones with the settings that follow."""
    connections = CONNECTIONS_OF_A_STANDBY * len(cluster.servers)
    own = {
        REPLICATOR: Role(login=True, replication=True, connection_limit=connections),
        MONITOR: Role(login=True, member_of=("pg_monitor",), connection_limit=MONITOR_CONNECTIONS),
    }
    owners = {database.owner for database in cluster.databases.values()}
    declared = {name: _wanted(name, role, cluster, owners) for name, role in cluster.roles.items()}
    return own | declared


def passworded(role: Role) -> bool:
    """Whether a role proves who it is with a password."""
    return role.login and not isinstance(role, Owner)


def _wanted(name: str, role: Role, cluster: Cluster, owners: set[str]) -> Role:
    settings = _settings(name, role, cluster)
    if name not in owners or role.login:
        return role.model_copy(update={"settings": settings})
    declared = role.connection_limit
    limit = OWNER_CONNECTIONS if declared == -1 else max(declared, FEWEST_OF_AN_OWNER)
    changed = {"settings": settings, "login": True, "connection_limit": limit, "limited": declared == -1}
    return Owner.model_construct(**dict(role) | changed)


def wanted_databases(cluster: Cluster) -> dict[str, Database]:
    """Every database whose rights are ours: the declared ones, and the one that administrators connect to."""
    return {MAINTENANCE: Database(owner=ADMINISTRATOR, schemas=("public",))} | cluster.databases


def groups(name: str, roles: Mapping[str, Role]) -> frozenset[str]:
    """All roles that `name` is a member of, directly or through others, and itself."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += roles[one].member_of if one in roles else ()
    return frozenset(found)


def database_rights(database: Database, cluster: Cluster) -> Rights:
    """Who may what with the database itself: CONNECT for all who have something in it, TEMPORARY for writers."""
    found = {name: frozenset({"CONNECT"}) for name in (MONITOR, *_uninherited(database, cluster))}
    for name, grant in database.grants.items():
        found[name] = frozenset({"CONNECT", "TEMPORARY"} if grant == "write" else {"CONNECT"})
    return found | {database.owner: frozenset({"CONNECT", "TEMPORARY", "CREATE"})}


def table_rights(database: Database) -> Rights:
    """What grantees may do with tables, views and the like. Never TRUNCATE: it is the owner's."""
    write = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
    return {name: write if grant == "write" else frozenset({"SELECT"}) for name, grant in grants(database).items()}


def sequence_rights(database: Database) -> Rights:
    """What grantees may do with sequences; readers see them, as a dump has to."""
    write = frozenset({"SELECT", "USAGE"})
    return {name: write if grant == "write" else frozenset({"SELECT"}) for name, grant in grants(database).items()}


def grants(database: Database) -> Mapping[str, str]:
    """The declared grants that mean something: not the owner's, who may do everything anyway."""
    return {name: grant for name, grant in database.grants.items() if name != database.owner}


def _uninherited(database: Database, cluster: Cluster) -> Iterator[str]:
    """Members of those with rights who inherit nothing: they need CONNECT before they can SET ROLE."""
    holders = {database.owner, *database.grants}
    for name, role in cluster.roles.items():
        if not role.inherit and groups(name, cluster.roles) & holders:
            yield name


def _settings(name: str, role: Role, cluster: Cluster) -> dict[str, str]:
    """The settings of a role: what follows from its grants, unless it says otherwise."""
    memberships = groups(name, cluster.roles)
    powers = [cluster.roles[one] for one in memberships if one in cluster.roles]
    owners = {database.owner for database in cluster.databases.values()}
    held = {
        database.grants[one] for database in cluster.databases.values() for one in memberships & database.grants.keys()
    }
    if not role.login or not held or memberships & owners or any(power.superuser for power in powers):
        return dict(role.settings)
    reads_only = held == {"read"} and "pg_write_all_data" not in memberships
    return {**TIMEOUTS, **(READ_ONLY if reads_only else {}), **role.settings}
