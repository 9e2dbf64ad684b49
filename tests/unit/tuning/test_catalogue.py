"""The catalogue knows the settings of every version as PostgreSQL does."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from fleet.tuning import catalogue
from fleet.versions import POSTGRESQL

SERVERS = [Path(f"/usr/lib/postgresql/{version}/bin/postgres") for version in POSTGRESQL]
INSTALLED = [server for server in SERVERS if server.exists()]
CONTEXTS = {"POSTMASTER": "postmaster", "SIGHUP": "sighup", "USERSET": "user", "SUSET": "superuser"}


@pytest.mark.parametrize("server", INSTALLED, ids=lambda server: server.parts[4])
def test_the_server_on_this_machine_says_the_same(server: Path) -> None:
    version = int(server.parts[4])
    told = subprocess.run([server, "--describe-config"], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in told.splitlines()]
    assert len(rows) > 250
    for name, context, _, kind, *_ in rows:
        known = catalogue.find(name, version)
        assert known is not None, name
        assert known.kind == kind.lower().replace("boolean", "bool"), name
        assert known.context == CONTEXTS.get(context, known.context), name


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("io_method", (18,)),
        ("autovacuum_worker_slots", (18,)),
        ("idle_replication_slot_timeout", (18,)),
        ("allow_alter_system", (17, 18)),
        ("transaction_timeout", (17, 18)),
        ("reserved_connections", (16, 17, 18)),
        ("vacuum_buffer_usage_limit", (16, 17, 18)),
        ("old_snapshot_threshold", (14, 15, 16)),
        ("db_user_namespace", (14, 15, 16)),
        ("promote_trigger_file", (14, 15)),
        ("force_parallel_mode", (14, 15)),
        ("vacuum_defer_cleanup_age", (14, 15)),
        ("stats_temp_directory", (14,)),
        ("ssl_ecdh_curve", (14, 15, 16, 17)),
        ("ssl_groups", (18,)),
        ("shared_buffers", POSTGRESQL),
    ],
)
def test_a_setting_exists_where_postgresql_has_it(name: str, versions: tuple[int, ...]) -> None:
    assert tuple(version for version in POSTGRESQL if catalogue.exists(name, version)) == versions


@pytest.mark.parametrize(
    ("name", "version", "restart"),
    [
        ("shared_buffers", 17, True),
        ("work_mem", 17, False),
        ("autovacuum_max_workers", 17, True),
        ("autovacuum_max_workers", 18, False),
        ("pg_stat_statements.max", 17, True),
        ("Max_Connections", 17, True),
        ("pg_cron.host", 17, False),
    ],
)
def test_a_change_costs_a_restart_or_not(name: str, version: int, restart: bool) -> None:
    assert catalogue.needs_restart(name, version) is restart


@pytest.mark.parametrize(
    ("name", "value", "amount"),
    [
        ("work_mem", "64MB", 64 * 1024**2),
        ("work_mem", "1.5 GB", 1536 * 1024**2),
        ("shared_buffers", "8kB", None),
        ("shared_buffers", "1TB", 1024**4),
        ("wal_keep_size", "0", 0),
        ("max_slot_wal_keep_size", "-1", -1),
        ("log_min_duration_statement", "1s", 1000),
        ("checkpoint_timeout", "15min", 900_000),
        ("autovacuum_vacuum_cost_delay", "1500us", Fraction(3, 2)),
        ("track_activity_query_size", "4kB", 4096),
        ("hash_mem_multiplier", "2.5", Fraction(5, 2)),
        ("autovacuum_naptime", "1d", 86_400_000),
        ("max_connections", "1e2", 100),
    ],
)
def test_a_value_is_the_number_that_postgresql_reads(name: str, value: str, amount: object) -> None:
    if amount is None:
        with pytest.raises(ValueError, match="out of range"):
            catalogue.amount(name, value, 17)
    else:
        assert catalogue.amount(name, value, 17) == amount


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ssl_min_protocol_version", "TLSv1.3"),
        ("ssl_min_protocol_version", "tlsv1.3"),
        ("huge_pages", "true"),
        ("synchronous_commit", "remote_apply"),
        ("default_transaction_isolation", "read committed"),
        ("log_min_duration_statement", "-1"),
        ("jit", "YES"),
        ("archive_timeout", "1min"),
        ("search_path", "anything, at all"),
    ],
)
def test_what_postgresql_takes_is_taken(name: str, value: str) -> None:
    assert catalogue.fault(name, value, 17) is None
