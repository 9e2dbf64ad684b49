"""What a deploy does about rights as declarations and databases change, and what its plan says."""

import pytest
from psycopg.errors import InsufficientPrivilege

from fleet import rights

from .server import Server
from .world import Passwords, apply, as_superuser, changes, cluster, drift, login, sentences, shop


def test_sessions_of_applications_have_timeouts_and_those_of_owners_have_none(server: Server) -> None:
    roles = {"shop_owner": {"login": True}, "shop_app": {"login": True, "settings": {"lock_timeout": "1s"}}}
    databases = {"shop": {"owner": "shop_owner", "grants": {"shop_app": "write"}}}
    apply(server, shop(server.version, roles=roles, databases=databases))
    query = "select current_setting('statement_timeout'), current_setting('lock_timeout')"
    with login(server, "shop_app") as app:
        assert app.execute(query).fetchall() == [("1min", "1s")]
    with login(server, "shop_owner") as owner:
        assert owner.execute(query).fetchall() == [("0", "0")]


def test_a_reader_that_becomes_a_writer_can_write_at_once(shopping: Server) -> None:
    wanted = shop(shopping.version, databases={"shop": {"owner": "shop_owner", "grants": {"shop_ro": "write"}}})
    done = sentences(apply(shopping, wanted))
    assert "role shop_ro: default_transaction_read_only is reset" in done
    assert "shop_ro may write in shop.public: 1 table, 1 sequence, tables to come, sequences to come" in done
    with login(shopping, "shop_ro") as writer:
        writer.execute("insert into orders (item) values ('a')")


def test_a_table_of_a_stranger_is_granted_and_its_owner_shown(shopping: Server) -> None:
    as_superuser(shopping, "create table by_hand (id int)")
    found = changes(shopping, shop(shopping.version))
    assert sentences(found) == [
        "shop_app may write in shop.public: 1 table",
        "shop_ro may read in shop.public: 1 table",
    ]
    assert drift(found) == ["1 table (by_hand) in shop.public: owned by postgres, not by shop_owner"]
    apply(shopping, shop(shopping.version))
    assert sentences(changes(shopping, shop(shopping.version))) == []


def test_a_group_without_inheritance_can_still_connect_and_become_its_owner(server: Server) -> None:
    roles = {"shop_owner": {}, "migrator": {"login": True, "inherit": False, "member_of": ["shop_owner"]}}
    wanted = cluster(server.version, roles=roles, databases={"shop": {"owner": "shop_owner"}})
    apply(server, wanted)
    with login(server, "migrator") as migrator:
        with pytest.raises(InsufficientPrivilege):
            migrator.execute("create table public.t (id int)")
        migrator.execute("set role shop_owner")
        migrator.execute("create table t (id int)")


def test_an_application_that_logs_in_as_an_owner_goes_on(server: Server) -> None:
    """Its login and its password were made by hand, and it may have as many connections as before."""
    as_superuser(server, "create role shop_owner login password 'by hand'", "postgres")
    wanted = cluster(server.version, roles={"shop_owner": {}}, databases={"shop": {"owner": "shop_owner"}})
    assert not any("connection limit" in one for one in sentences(apply(server, wanted)) if "shop_owner" in one)
    with server.connect() as admin:
        assert admin.execute("select rolconnlimit from pg_roles where rolname = 'shop_owner'").fetchall() == [(-1,)]
    assert sentences(changes(server, wanted)) == []
    assert drift(changes(server, wanted)) == ["role shop_owner: has a password, but is not declared to log in"]


def test_the_first_plan_names_what_the_first_run_does(server: Server) -> None:
    databases = {"shop": {"owner": "shop_owner", "schemas": ["public", "audit"], "extensions": ["pg_trgm"]}}
    wanted = shop(server.version, databases=databases)
    roles = rights.wanted_roles(wanted)
    blank = rights.globals_seen(None, server.version)
    salts = dict.fromkeys(roles, b"0123456789abcdef")
    plan = rights.role_statements(roles, blank, Passwords().of(wanted), salts, False)
    plan += rights.database_statements(wanted, blank, False)
    for name in rights.wanted_databases(wanted):
        plan += rights.content_statements(wanted, name, rights.content_seen(None, server.version), False)
    assert sentences(plan) == sentences(apply(server, wanted))
    assert drift(plan) == []
