"""A standby is lost, or its slot: what the runbooks say, done."""

import pytest

from ...operator import eventually
from .cluster import Live


@pytest.mark.long("the page of a lost standby begins so")
def test_a_standby_whose_data_is_gone_is_built_by_the_next_deploy(shop: Live) -> None:
    lost = next(name for name in shop.nodes if name != shop.primary)
    shop.lab.ssh(lost, f"systemctl stop {shop.unit}; find /var/lib/postgresql/17/shop -mindepth 1 -delete")
    deployed = shop.operator.deploy("--limit", "shop")
    assert deployed.changed["Standby: the data is a copy of its primary"] == {lost}
    shop.settled()


def test_a_standby_that_cannot_follow_any_more_is_rebuilt(lone: Live) -> None:
    """Its slot is gone, the WAL that it needs removed, and there is no archive."""
    standby = next(name for name in lone.nodes if name != lone.primary)
    eventually(lambda: lone.sql(lone.primary, "select count(*) from pg_stat_replication"), ["1"], 60)
    lone.lab.ssh(standby, f"systemctl stop {lone.unit}")
    eventually(lambda: lone.sql(lone.primary, "select count(*) from pg_replication_slots where active"), ["0"], 30)
    lone.sql(lone.primary, f"select pg_drop_replication_slot('{standby}')")
    for _ in range(3):
        lone.sql(lone.primary, "select pg_switch_wal()")
        lone.sql(lone.primary, "checkpoint")
    lone.lab.ssh(standby, f"systemctl start {lone.unit}")
    eventually(lambda: lone.sql(lone.primary, "select count(*) from pg_stat_replication"), ["0"], 10)
    unnamed = lone.verb("rebuild")
    assert "type the one that is made anew" in unnamed.said
    done = lone.verb("rebuild", standby=standby)
    assert done.code == 0, done.said
    assert "Rebuild: the standby stops, to be made anew" in done.changed
    lone.settled()
    assert lone.operator.plan("--limit", "lone").planned == {}


def test_a_lost_slot_is_made_anew_and_the_standby_catches_up_from_the_archive(shop: Live) -> None:
    standby = next(name for name in shop.nodes if name != shop.primary)
    shop.lab.ssh(standby, f"systemctl stop {shop.unit}")
    query = f"select count(*) from pg_replication_slots where slot_name = '{standby}' and active"
    eventually(lambda: shop.sql(shop.primary, query), ["0"], 30)
    shop.sql(shop.primary, f"select pg_drop_replication_slot('{standby}')")
    for _ in range(3):
        shop.sql(shop.primary, "select pg_switch_wal()")
        shop.sql(shop.primary, "checkpoint")
    shop.lab.ssh(standby, f"systemctl start {shop.unit}")
    deployed = shop.operator.deploy("--limit", "shop")
    assert "Primary: a replication slot for each standby" in deployed.changed
    shop.settled()
