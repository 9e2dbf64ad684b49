"""Which Debian packages a node needs, and where they come from."""

from collections.abc import Iterator

from .environment import Cluster
from .machine import Machine
from .problem import Problem
from .versions import RELEASES

CONTRIB = frozenset(
    [
        "adminpack",
        "amcheck",
        "autoinc",
        "bloom",
        "bool_plperl",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dblink",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "file_fdw",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intagg",
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "old_snapshot",
        "pageinspect",
        "pg_buffercache",
        "pg_freespacemap",
        "pg_logicalinspect",
        "pg_prewarm",
        "pg_stat_statements",
        "pg_surgery",
        "pg_trgm",
        "pg_visibility",
        "pg_walinspect",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "plpgsql",
        "postgres_fdw",
        "refint",
        "seg",
        "sslinfo",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "xml2",
    ]
)

# Extensions that come in a package of their own, named for the version of PostgreSQL.
PACKAGED = {
    "age": "postgresql-{version}-age",
    "hll": "postgresql-{version}-hll",
    "hypopg": "postgresql-{version}-hypopg",
    "ip4r": "postgresql-{version}-ip4r",
    "pg_cron": "postgresql-{version}-cron",
    "pg_hint_plan": "postgresql-{version}-pg-hint-plan",
    "pg_partman": "postgresql-{version}-partman",
    "pg_qualstats": "postgresql-{version}-pg-qualstats",
    "pg_repack": "postgresql-{version}-repack",
    "pg_stat_kcache": "postgresql-{version}-pg-stat-kcache",
    "pg_wait_sampling": "postgresql-{version}-pg-wait-sampling",
    "pgaudit": "postgresql-{version}-pgaudit",
    "pgtap": "postgresql-{version}-pgtap",
    "plpgsql_check": "postgresql-{version}-plpgsql-check",
    "plpython3u": "postgresql-plpython3-{version}",
    "plperl": "postgresql-plperl-{version}",
    "postgis": "postgresql-{version}-postgis-3",
    "rum": "postgresql-{version}-rum",
    "semver": "postgresql-{version}-semver",
    "set_user": "postgresql-{version}-set-user",
    "vector": "postgresql-{version}-pgvector",
}

EXTENSIONS = CONTRIB | PACKAGED.keys()


def server(cluster: Cluster) -> tuple[str, ...]:
    """What a primary or a standby needs: the server, its contrib, and the packages of the declared extensions."""
    version = cluster.postgresql
    extensions = {name for database in cluster.databases.values() for name in database.extensions}
    packaged = sorted(PACKAGED[name].format(version=version) for name in extensions & PACKAGED.keys())
    return ("postgresql-common", f"postgresql-{version}", f"postgresql-client-{version}", *packaged)


def problems(where: str, name: str, cluster: Cluster, machine: Machine) -> Iterator[Problem]:
    """What keeps this host from having the declared PostgreSQL from the declared source."""
    release = RELEASES.get(machine.codename)
    if release is None:
        known = ", ".join(r.name for r in RELEASES.values())
        yield Problem(where, f"runs {machine.system or 'an unknown system'}", f"supported are {known}")
    elif cluster.packages == "debian" and release.postgresql != cluster.postgresql:
        yield Problem(
            where,
            f"{release.name} carries PostgreSQL {release.postgresql}, not {cluster.postgresql}",
            f"declare `packages: pgdg` or `postgresql: {release.postgresql}` in clusters.{name}",
        )
