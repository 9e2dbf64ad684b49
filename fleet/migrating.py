"""How a deploy runs a database's migrations: who they authenticate as, and which gates have to be open.

They come through the socket as the database's owner, and as nobody else: what a session has authenticated as is all
that RESET ROLE leads back to. It is by peer, and an identity map lets the operating system's postgres, alone, be an
owner; one for whom the environment declares a way through the socket with a password comes with that.
"""

from .environment import Cluster, Migrations, Rule

WITH_A_PASSWORD = ("scram-sha-256", "md5", "trust")

TWO_DAYS = 2 * 86400


def declared(cluster: Cluster) -> dict[str, Migrations]:
    """The databases whose schema comes from migrations."""
    return {name: one.migrations for name, one in cluster.databases.items() if one.migrations}


def gates(cluster: Cluster, wanted: Migrations) -> list[str]:
    """What `steward ready` has to ask for; a gate that is waived is not asked about."""
    backup = wanted.backup or (TWO_DAYS if cluster.backups and not cluster.backups.read_only else None)
    known = {"standbys": ("--behind", wanted.behind), "transactions": ("--transaction", wanted.transaction)}
    asked = {**known, "backup": ("--backup", backup)}
    return [
        word
        for gate, (option, bound) in asked.items()
        if getattr(wanted.waive, gate) is None and bound is not None
        for word in (option, str(bound))
    ]


def options(wanted: Migrations) -> list[str]:
    """What `steward migrate up` is told besides."""
    return ["--allow-out-of-order"] if wanted.out_of_order else []


def by_password(cluster: Cluster, owner: str) -> bool:
    """Whether an owner comes with its password: it has one, and a declared rule for the socket asks for one."""
    role, rule = cluster.roles.get(owner), local_rule(cluster, owner)
    return role is not None and role.login and rule is not None and rule.method in WITH_A_PASSWORD


def local_rule(cluster: Cluster, owner: str) -> Rule | None:
    """The first declared rule that says how an owner comes through the socket."""
    rules = (rule for rule in cluster.access if "local" in rule.sources)
    return next((rule for rule in rules if not {"all", owner}.isdisjoint(rule.roles)), None)
