"""A table whose file on the standby can be damaged, and stays so."""

from ...backups.depot import Depot
from ...operator import eventually

DATA = "/var/lib/postgresql/17/shop"


def page(drills: Depot, name: str) -> str:
    """A table that nothing heals: no vacuum writes its pages again. Its file on the standby."""
    rows = "select g as number, repeat('x', 500) as filler from generate_series(1, 2000) g"
    drills.sql("d1", f"create table {name} with (autovacuum_enabled = off) as {rows}")
    drills.sql("d1", f"vacuum freeze {name}")
    drills.sql("d1", "checkpoint")
    eventually(lambda: drills.sql("d2", f"select to_regclass('{name}') is null"), ["f"], 30)
    position = drills.sql("d1", "select pg_current_wal_lsn()")[0]
    replayed = f"select pg_last_wal_replay_lsn() >= '{position}'"
    eventually(lambda: drills.sql("d2", replayed), ["t"], 30)
    drills.sql("d2", "checkpoint")
    return f"{DATA}/{drills.sql('d1', f'select pg_relation_filepath($${name}$$)')[0]}"
