"""How a deploy runs a database's migrations: which gates have to be open, as words for steward."""

from .environment import Cluster, Migrations

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
