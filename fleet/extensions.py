"""The extensions that can be declared: in which package each comes, and which have to be preloaded.

To add one, add its row. Sources: `apt-cache search postgresql-17-` on Debian 13 and apt.postgresql.org.
"""

CONTRIB = frozenset(
    [
        *("amcheck", "autoinc", "bloom", "bool_plperl", "btree_gin", "btree_gist", "citext", "cube", "dblink"),
        *("dict_int", "dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username"),
        *("intagg", "intarray", "isn", "lo", "ltree", "moddatetime", "pageinspect", "pg_buffercache"),
        *("pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_surgery", "pg_trgm", "pg_visibility"),
        *("pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql", "postgres_fdw", "refint", "seg"),
        *("sslinfo", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "xml2"),
    ]
)
"""Those that come with the server's own package."""

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
    "plperl": "postgresql-plperl-{version}",
    "plperlu": "postgresql-plperl-{version}",
    "plpgsql_check": "postgresql-{version}-plpgsql-check",
    "plpython3u": "postgresql-plpython3-{version}",
    "postgis": "postgresql-{version}-postgis-3",
    "postgis_raster": "postgresql-{version}-postgis-3",
    "postgis_topology": "postgresql-{version}-postgis-3",
    "rum": "postgresql-{version}-rum",
    "semver": "postgresql-{version}-semver",
    "set_user": "postgresql-{version}-set-user",
    "vector": "postgresql-{version}-pgvector",
}
"""Those that come in a package of their own, by name."""

PRELOADED = frozenset(
    ["pg_cron", "pg_qualstats", "pg_stat_kcache", "pg_stat_statements", "pg_wait_sampling", "pgaudit", "set_user"]
)
"""Those that do nothing unless the server has loaded them at its start."""

KNOWN = CONTRIB | PACKAGED.keys()
