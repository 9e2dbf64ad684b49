"""Every standby streams from its primary, through its own slot, and is not far behind."""

import pytest

from fleet.configuration import synchronous_standby_names
from fleet.slot import slot

from .conftest import Target, until

LAG_BYTES = 16 * 1024 * 1024


@pytest.mark.duty("primary")
def test_every_declared_standby_streams(node: Target) -> None:
    wanted = {slot(name) for name, other in node.cluster.nodes.items() if other.duty == "standby"}
    rows = node.sql("select application_name as name from pg_stat_replication where state = 'streaming'")
    assert wanted <= {row["name"] for row in rows}


@pytest.mark.duty("standby")
def test_a_standby_has_what_its_primary_had_when_we_asked(node: Target, primary: Target) -> None:
    """Merely running is not streaming: the received LSN has to pass the primary's LSN of now."""
    target = primary.sql("select pg_current_wal_lsn()::text as lsn")[0]["lsn"]
    received = (
        f"select state, flush_lsn >= '{target}'::pg_lsn as there from pg_stat_replication"
        f" where application_name = '{slot(node.name)}'"
    )
    assert until(lambda: primary.sql(received), [{"state": "streaming", "there": True}])
    assert node.sql("select status from pg_stat_wal_receiver") == [{"status": "streaming"}]


@pytest.mark.duty("standby")
def test_a_standby_uses_its_own_slot(node: Target, primary: Target) -> None:
    query = f"select active, wal_status from pg_replication_slots where slot_name = '{slot(node.name)}'"
    assert primary.sql(query) == [{"active": True, "wal_status": "reserved"}]


@pytest.mark.duty("standby")
def test_a_standby_is_in_recovery_and_verifies_its_primary(node: Target) -> None:
    rows = node.sql("select pg_is_in_recovery() as recovery, current_setting('primary_conninfo') as conninfo")
    assert rows[0]["recovery"]
    assert "sslmode=verify-full" in rows[0]["conninfo"]
    assert "password=" not in rows[0]["conninfo"]


@pytest.mark.duty("standby")
def test_a_standby_lags_less_than_a_bound(node: Target, primary: Target) -> None:
    """In bytes received; what a delayed standby holds back on purpose it has received."""
    query = (
        "select pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)::bigint as bytes from pg_stat_replication"
        f" where application_name = '{slot(node.name)}'"
    )
    assert primary.sql(query)[0]["bytes"] < LAG_BYTES


@pytest.mark.duty("standby")
def test_a_delayed_standby_delays(node: Target) -> None:
    rows = node.sql("select setting::bigint / 1000 as seconds from pg_settings where name = 'recovery_min_apply_delay'")
    assert rows == [{"seconds": node.node.delay or 0}]


@pytest.mark.duty("primary")
def test_commits_wait_for_whom_was_declared(node: Target) -> None:
    rows = node.sql("select current_setting('synchronous_standby_names') as names")
    assert rows == [{"names": synchronous_standby_names(node.cluster)}]


@pytest.mark.duty("primary")
def test_every_declared_slot_exists(node: Target) -> None:
    have = {row["slot_name"] for row in node.sql("select slot_name from pg_replication_slots")}
    assert set(node.cluster.replication.slots) <= have
