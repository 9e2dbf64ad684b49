"""From bare hosts to a replicated cluster, and what later deploys do to it. The tests build on each other, in order."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from .environments import SHOP
from .operator import Operator, eventually

# What changes on any running host by itself, or by logging in.
FINGERPRINT = """
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log -o -path /var/lib/systemd \
    -o -path /root/.cache -o -path /var/tmp \\) -prune -o \\( -type f -o -type l -o -type d \\) \
    -printf '%p %y %m %u %g %s %l\\n' | grep -v '^/var/lib/sudo' | sort | sha256sum
dpkg-query -W | sha256sum; getent passwd | sha256sum; ls /tmp | sha256sum
"""
NODES = ("shop1", "shop2", "shop3")


class Shop(Operator):
    """The cluster of this file, its hosts at hand."""

    def __init__(self, lab: Any) -> None:
        super().__init__(lab.environment)
        self.run = lab.ssh

    def sql(self, node: str, query: str, database: str = "postgres") -> list[str]:
        """The rows of a query as the administrator, one string each."""
        command = f"cd /; runuser -u postgres -- psql -XqAt -d {database}"
        return self.run(node, f"{command} <<'SQL'\n{query};\nSQL").split("\n")[:-1]

    def connect(self, role: str, password: str | None = None) -> psycopg.Connection:
        """A connection over the network, as an application makes it: verified in full."""
        authority = self.file.parent / "authority.crt"
        authority.write_text(self.run("shop1", "cat /etc/pgsteward/shop/authority.crt"), encoding="utf-8")
        return psycopg.connect(
            host="shop1",
            hostaddr="198.18.130.11",
            dbname="shop",
            user=role,
            password=password or self.secrets[f"shop/{role}"],
            sslmode="verify-full",
            sslrootcert=str(authority),
            connect_timeout=5,
            autocommit=True,
        )

    def started(self) -> dict[str, str]:
        """When each server started."""
        return {node: self.sql(node, "select pg_postmaster_start_time()")[0] for node in NODES}


@pytest.fixture(scope="module")
def shop(make_lab: Callable[..., Any]) -> Iterator[Shop]:
    operator = Shop(make_lab("shop", SHOP))
    operator.generate_secrets()
    return operator


# --- the first deploy


def test_a_dry_run_on_blank_hosts_changes_nothing_and_names_what_the_run_then_does(shop: Shop) -> None:
    before = {node: shop.run(node, FINGERPRINT) for node in NODES}
    plan = shop.plan()
    assert plan.code == 0, plan.said
    assert {node: shop.run(node, FINGERPRINT) for node in NODES} == before
    run = shop.deploy()
    assert run.changed.keys() <= plan.planned.keys()
    assert all(hosts <= plan.planned[name] for name, hosts in run.changed.items())
    # The one thing that may turn out to be true already: a standby that streams by the time it is asked.
    assert plan.planned.keys() - run.changed.keys() <= {"Standby: it streams"}


def test_a_dry_run_after_it_finds_nothing_to_change(shop: Shop) -> None:
    assert shop.plan().planned == {}


def test_a_second_run_changes_nothing(shop: Shop) -> None:
    assert shop.deploy().changed == {}


def test_the_acceptance_tests_pass(shop: Shop) -> None:
    shop.verify()


def test_the_server_never_ran_with_another_configuration(shop: Shop) -> None:
    """The first start sees the final configuration: the log holds one start, and no reload."""
    log = shop.run("shop1", "cat /var/log/postgresql/postgresql-17-shop.log")
    assert log.count("starting PostgreSQL") == 1
    assert "received SIGHUP" not in log


# --- what applications see


def test_a_row_written_on_the_primary_arrives_on_every_standby(shop: Shop) -> None:
    shop.sql("shop1", "set role shop; create table public.orders (id int primary key, what text)", "shop")
    with shop.connect("shop_app") as connection:
        connection.execute("insert into orders values (1, 'tea')")
    for node in ("shop2", "shop3"):
        eventually(lambda node=node: shop.sql(node, "select what from orders", "shop"), ["tea"])


def test_roles_can_do_what_is_declared_and_no_more(shop: Shop) -> None:
    with shop.connect("shop_reader") as reader:
        assert reader.execute("select count(*) from orders").fetchone() == (1,)
        with pytest.raises(psycopg.errors.Error):
            reader.execute("insert into orders values (2, 'no')")
    with shop.connect("shop_app") as app:
        for forbidden in ("create table x ()", "truncate orders", "drop table orders", "create role x"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_a_connection_in_the_clear_or_with_a_wrong_password_is_refused(shop: Shop) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        shop.connect("shop_app", "wrong")
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf|no encryption"):
        psycopg.connect(host="198.18.130.11", dbname="shop", user="shop_app", password="x", sslmode="disable")


def test_nobody_outside_the_cluster_may_replicate(shop: Shop) -> None:
    """This machine is in the network that applications may come from, and knows the password."""
    password = shop.secrets["shop/replicator"]
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg.connect(f"host=198.18.130.11 user=replicator password={password} replication=true sslmode=require")


# --- later changes


def test_a_new_setting_reloads_the_server_and_never_restarts_it(shop: Shop) -> None:
    before = shop.started()
    shop.edit(shop={"settings": {"log_min_duration_statement": {"value": "250ms", "why": "we look closer"}}})
    plan = shop.plan()
    assert "log_min_duration_statement: 1s → 250ms (reload)" in plan.said
    assert shop.deploy().changed == plan.planned
    assert {shop.sql(node, "show log_min_duration_statement")[0] for node in NODES} == {"250ms"}
    assert shop.started() == before
    assert shop.plan().planned == {}


def test_a_file_that_was_written_and_not_loaded_is_found_and_loaded(shop: Shop) -> None:
    """As an interrupted run leaves it: the next run does not see a change of the file, and still has to reload."""
    time.sleep(1.1)
    shop.run("shop2", "touch /etc/postgresql/17/shop/conf.d/pgsteward.conf")
    assert shop.plan().planned == {"Standby: its configuration is in force": {"shop2"}}
    shop.deploy()
    assert shop.plan().planned == {}


def test_a_setting_that_postgresql_refuses_leaves_the_old_one_in_force(shop: Shop) -> None:
    before = shop.run("shop1", "cat /etc/postgresql/17/shop/conf.d/pgsteward.conf")
    kept = shop.document["clusters"]["shop"]["settings"]
    shop.edit(shop={"settings": kept | {"log_destination": {"value": "smoke", "why": "a test"}}})
    outcome = shop.pyinfra("-y")
    assert outcome.code == 1
    assert "log_destination" in outcome.said
    assert "HINT:" in outcome.said
    assert shop.run("shop1", "cat /etc/postgresql/17/shop/conf.d/pgsteward.conf") == before
    assert shop.run("shop1", "ls /etc/postgresql/17/shop/conf.d") == "pgsteward.conf\n"
    shop.edit(shop={"settings": kept})
    assert shop.plan().planned == {}


def test_what_needs_a_restart_is_said_and_not_done(shop: Shop) -> None:
    before = shop.started()
    shop.edit(shop={"connections": 80})
    outcome = shop.deploy()
    assert "waits for a restart: max_connections" in outcome.said
    assert shop.started() == before
    assert {shop.sql(node, "show max_connections")[0] for node in NODES} == {"60"}


def test_a_restart_is_refused_while_a_standby_does_not_stream(shop: Shop) -> None:
    before = shop.started()
    shop.run("shop3", "systemctl stop postgresql@17-shop")
    outcome = shop.pyinfra("-y", deploy="restart.py")
    assert outcome.code == 1
    assert "shop3 is not connected" in outcome.said
    shop.run("shop3", "systemctl start postgresql@17-shop")
    assert {node: shop.started()[node] for node in ("shop1", "shop2")} == {
        node: before[node] for node in ("shop1", "shop2")
    }


def test_a_restart_takes_standbys_first_and_the_primary_last(shop: Shop) -> None:
    eventually(lambda: len(shop.sql("shop1", "select 1 from pg_stat_replication where state = 'streaming'")), 2)
    outcome = shop.pyinfra("-y", deploy="restart.py")
    assert outcome.code == 0, outcome.said
    started = shop.started()
    assert started["shop2"] < started["shop1"]
    assert {shop.sql(node, "show max_connections")[0] for node in NODES} == {"80"}
    assert shop.pyinfra("--dry", deploy="restart.py").planned == {}
    assert shop.plan().planned == {}


def test_a_standby_stays_as_large_as_its_primary_until_that_has_shrunk(shop: Shop) -> None:
    shop.edit(shop={"connections": 60})
    shop.deploy()
    wanted = "grep -h ^max_connections /etc/postgresql/17/shop/conf.d/pgsteward.conf"
    assert shop.run("shop1", wanted) == "max_connections = '60'\n"
    assert shop.run("shop2", wanted) == "max_connections = '80'\n"
    assert shop.pyinfra("-y", deploy="restart.py").code == 0
    assert shop.sql("shop1", "show max_connections") == ["60"]
    shop.deploy()
    assert shop.run("shop2", wanted) == "max_connections = '60'\n"
    assert shop.pyinfra("-y", deploy="restart.py").code == 0
    assert {shop.sql(node, "show max_connections")[0] for node in NODES} == {"60"}
    eventually(lambda: len(shop.sql("shop1", "select 1 from pg_stat_replication where state = 'streaming'")), 2)


def test_a_new_password_is_one_change_and_the_old_one_is_refused(shop: Shop) -> None:
    path = Path(shop.document["secrets"]["path"])
    old = shop.secrets["shop/shop_app"]
    new = 'it\'s "new" \\ über-größe 密码 '
    path.write_text(yaml.safe_dump(shop.secrets | {"shop/shop_app": new}, allow_unicode=True), encoding="utf-8")
    plan = shop.plan()
    assert plan.planned == {"Primary: the roles are as declared": {"shop1"}}
    assert shop.deploy().changed == plan.planned
    assert shop.plan().planned == {}
    shop.connect("shop_app", new).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        shop.connect("shop_app", old)


def test_what_was_granted_by_hand_is_shown_and_taken_away_only_when_declared(shop: Shop) -> None:
    shop.sql("shop1", "grant insert on orders to shop_reader; alter role shop_reader createdb", "shop")
    plan = shop.plan()
    assert "shop_reader" in plan.said
    shop.deploy()
    held = "select has_table_privilege('shop_reader', 'orders', 'insert')"
    assert shop.sql("shop1", held, "shop") == ["t"]
    shop.edit(shop={"revoke_undeclared": True})
    shop.deploy()
    assert shop.sql("shop1", held, "shop") == ["f"]
    assert shop.sql("shop1", "select rolcreatedb from pg_roles where rolname = 'shop_reader'") == ["f"]
    assert shop.plan().planned == {}


def test_a_new_database_is_one_deploy_away(shop: Shop) -> None:
    databases = shop.document["clusters"]["shop"]["databases"]
    shop.edit(shop={"databases": databases | {"audit": {"owner": "shop", "grants": {"shop_reader": "read"}}}})
    plan = shop.plan()
    assert "database audit: create, owned by shop" in plan.said
    assert shop.deploy().changed == plan.planned
    assert shop.plan().planned == {}


def test_a_limited_deploy_touches_only_the_named_node(shop: Shop) -> None:
    shop.edit(shop={"settings": {}})
    assert set().union(*shop.deploy("--limit", "shop2").changed.values()) == {"shop2"}
    assert shop.sql("shop1", "show log_min_duration_statement") == ["250ms"]
    assert shop.sql("shop2", "show log_min_duration_statement") == ["1s"]
    shop.deploy()
    assert shop.plan().planned == {}
