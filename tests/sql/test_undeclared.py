"""What nobody declared: shown as long as the environment does not say otherwise, then revoked; never dropped."""

from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege

from .server import Server
from .world import apply, as_owner, as_superuser, changes, cluster, drift, login, sentences, shop

BY_HAND = """
alter role shop_app superuser createdb valid until '2035-01-01 00:00+00';
alter role shop_app set work_mem = '1GB';
alter role shop_app in database shop set statement_timeout = 0;
alter role shop_owner password 'x';
grant shop_owner to shop_app;
grant create on database shop to shop_app;
grant connect on database shop to shop_ro with grant option;
grant create on schema public to shop_app;
grant truncate, trigger on orders to shop_ro;
grant select on orders to shop_ro with grant option;
grant update (item), select (item) on orders to shop_ro;
grant select on orders to public;
grant update on sequence orders_id_seq to shop_app;
alter default privileges for role shop_owner in schema public grant truncate on tables to shop_app;
alter default privileges for role postgres grant select on tables to shop_app;
"""
SHOWN = """
role shop_app: superuser is not declared
role shop_app: createdb is not declared
role shop_app: its password ends at 2035-01-01 00:00:00+00, which is not declared
role shop_owner: has a password, but is not declared to log in
role shop_app: work_mem is set, which is not declared
role shop_app in database shop: statement_timeout is set, which is not declared
role shop_app: member of shop_owner, which is not declared
shop_app may create schemas in shop, which is not declared
shop_ro may let others connect to shop, which is not declared
PUBLIC has rights in shop.public that are not declared: SELECT on 1 table (orders)
shop_app has rights in all schemas of shop that are not declared: SELECT on tables of postgres to come
shop_app has rights in shop.public that are not declared: CREATE on the schema, UPDATE on 1 sequence (orders_id_seq), \
TRUNCATE on tables of shop_owner to come
shop_ro has rights in shop.public that are not declared: TRIGGER, TRUNCATE on 1 table (orders), \
handing on SELECT on 1 table (orders), UPDATE on orders.item
"""
DONE = """
role shop_app: superuser yes → no
role shop_app: createdb yes → no
role shop_app: its password no longer ends
role shop_owner: its password is removed, it does not log in
role shop_app: work_mem is reset
role shop_app in database shop: statement_timeout is reset
role shop_app: member of shop_owner no longer
shop_app may no longer create schemas in shop
shop_ro may no longer let others connect to shop
PUBLIC loses its undeclared rights in shop.public: SELECT on 1 table (orders)
shop_app loses its undeclared rights in all schemas of shop: SELECT on tables of postgres to come
shop_app loses its undeclared rights in shop.public: CREATE on the schema, UPDATE on 1 sequence (orders_id_seq), \
TRUNCATE on tables of shop_owner to come
shop_ro loses its undeclared rights in shop.public: TRIGGER, TRUNCATE on 1 table (orders), \
handing on SELECT on 1 table (orders), UPDATE on orders.item
"""


def test_what_was_done_by_hand_is_shown_or_revoked(shopping: Server) -> None:
    as_superuser(shopping, "set timezone = 'UTC';" + BY_HAND)
    found = changes(shopping, shop(shopping.version))
    assert sentences(found) == []
    assert set(drift(found)) == set(SHOWN.strip().splitlines())
    strict = shop(shopping.version, revoke_undeclared=True)
    assert set(sentences(apply(shopping, strict))) == set(DONE.strip().splitlines())
    left = changes(shopping, strict)
    assert (sentences(left), drift(left)) == ([], [])


def test_what_was_handed_on_goes_with_the_right_to_hand_it_on(shopping: Server) -> None:
    as_superuser(shopping, "create role other; grant usage on schema public to shop_app with grant option")
    as_superuser(shopping, "grant select on orders to shop_app with grant option")
    with login(shopping, "shop_app") as app:
        app.execute("grant usage on schema public to other; grant select on orders to other")
    found = changes(shopping, shop(shopping.version))
    expected = "other has rights in shop.public that are not declared: USAGE on the schema, SELECT on 1 table (orders)"
    assert expected in drift(found)
    strict = shop(shopping.version, revoke_undeclared=True)
    apply(shopping, strict)
    left = changes(shopping, strict)
    assert (sentences(left), drift(left)) == ([], ["role other is not declared"])


def test_a_writer_that_becomes_a_reader_loses_its_rights_only_where_asked_for(shopping: Server) -> None:
    databases: dict[str, Any] = {"shop": {"owner": "shop_owner", "grants": {"shop_app": "read", "shop_ro": "read"}}}
    apply(shopping, shop(shopping.version, databases=databases))
    with login(shopping, "shop_app") as app:
        app.execute("set default_transaction_read_only = off")
        app.execute("insert into orders (item) values ('a')")
    apply(shopping, shop(shopping.version, databases=databases, revoke_undeclared=True))
    with login(shopping, "shop_app") as app:
        app.execute("set default_transaction_read_only = off")
        with pytest.raises(InsufficientPrivilege, match="permission denied for table orders"):
            app.execute("insert into orders (item) values ('a')")


def test_a_role_that_is_not_declared_is_locked_out_and_stays(shopping: Server) -> None:
    fewer = {"roles": {"shop_owner": {}}, "databases": {"shop": {"owner": "shop_owner"}}}
    found = changes(shopping, cluster(shopping.version, **fewer))
    assert sentences(found) == []
    assert "role shop_app is not declared" in drift(found)
    strict = cluster(shopping.version, **fewer, revoke_undeclared=True)
    done = sentences(apply(shopping, strict))
    assert "role shop_app: login yes → no" in done
    assert "shop_app may no longer connect to and create temporary tables in shop" in done
    assert sentences(changes(shopping, strict)) == []
    apply(shopping, shop(shopping.version))
    with login(shopping, "shop_app") as app:
        app.execute("insert into orders (item) values ('back again, with its password')")


def test_a_new_owner_takes_over_and_what_the_old_one_made_is_shown(shopping: Server) -> None:
    roles = {"new_owner": {}, "shop_owner": {}, "shop_app": {"login": True}}
    databases = {"shop": {"owner": "new_owner", "grants": {"shop_app": "write"}, "schemas": ["public", "app"]}}
    wanted = shop(shopping.version, roles=roles, databases=databases)
    assert "database shop: owner shop_owner → new_owner" in sentences(apply(shopping, wanted))
    left = changes(shopping, wanted)
    assert sentences(left) == []
    assert "1 table (orders) in shop.public: owned by shop_owner, not by new_owner" in drift(left)


def test_the_right_to_run_a_routine_is_a_matter_of_migrations(shopping: Server) -> None:
    as_owner(shopping, "create function plain(text[], int) returns int language sql return 1")
    as_owner(shopping, "revoke execute on function plain from public; grant execute on function plain to shop_ro")
    as_owner(shopping, "create function powerful() returns int language sql security definer return 1")
    found = changes(shopping, shop(shopping.version, revoke_undeclared=True))
    assert sentences(found) == []
    warning = "SECURITY DEFINER and open to PUBLIC; let a migration revoke EXECUTE from PUBLIC"
    assert drift(found) == [f'1 routine ("public.powerful()") in shop.public: {warning}']


def test_a_routine_for_a_stranger_is_undeclared(shopping: Server) -> None:
    as_owner(shopping, "create function plain(text[], int) returns int language sql return 1")
    as_superuser(shopping, "create role other; grant execute on function plain to other")
    strict = shop(shopping.version, revoke_undeclared=True)
    apply(shopping, strict)
    assert sentences(changes(shopping, strict)) == []
    with shopping.connect("shop") as admin:
        public = admin.execute("select has_function_privilege('shop_ro', 'plain(text[], int)', 'execute')")
        assert public.fetchall() == [(True,)]


def test_schemas_extensions_and_databases_are_shown_and_stay(shopping: Server) -> None:
    as_superuser(shopping, "create schema forgotten; create extension pg_trgm; create schema pgsteward")
    as_superuser(shopping, "create database leftover", "postgres")
    found = changes(shopping, shop(shopping.version, revoke_undeclared=True))
    assert sentences(found) == []
    assert drift(found) == [
        "database leftover is not declared",
        "schema shop.forgotten is not declared",
        "extension pg_trgm in shop is not declared",
    ]


def test_what_cannot_be_changed_is_shown(shopping: Server) -> None:
    databases = {"shop": {"owner": "shop_owner", "grants": {"shop_app": "write", "shop_ro": "read"}, "locale": "C"}}
    found = changes(shopping, shop(shopping.version, databases=databases))
    assert sentences(found) == []
    assert drift(found) == [
        f"database shop: {what} is C.UTF-8, declared C; it can only be made anew, from a dump"
        for what in ("collation", "character type")
    ]


def test_a_password_that_is_not_scram_is_replaced(shopping: Server) -> None:
    as_superuser(shopping, "set password_encryption = md5; alter role shop_app password 'the password of shop_app'")
    assert sentences(apply(shopping, shop(shopping.version))) == ["role shop_app: password changed"]
    with login(shopping, "shop_app") as app:
        app.execute("select 1")


def test_a_circle_through_an_undeclared_membership_is_shown_instead_of_failing(server: Server) -> None:
    wanted = cluster(server.version, roles={"a": {"member_of": ["b"]}, "b": {}})
    as_superuser(server, "create role a; create role b; grant a to b", "postgres")
    found = apply(server, wanted)
    assert "role b: member of a, which is not declared" in drift(found)
    assert "role a: cannot become a member of b, as declared, while b is one of a" in drift(found)
    strict = cluster(server.version, roles={"a": {"member_of": ["b"]}, "b": {}}, revoke_undeclared=True)
    apply(server, strict)
    left = changes(server, strict)
    assert (sentences(left), drift(left)) == ([], [])


def test_what_a_role_gave_itself_is_never_run_as_sql(shopping: Server) -> None:
    """A role may set its own search_path, and sentences become comments of a script that a superuser runs."""
    with login(shopping, "shop_app") as app:
        app.execute("alter role shop_app set search_path = E'x\ncreate role evil superuser;\r\\! touch /tmp/evil\n'")
    roles = {"shop_owner": {}, "shop_app": {"login": True, "settings": {"search_path": "public"}}, "shop_ro": {}}
    found = apply(shopping, shop(shopping.version, roles=roles))
    assert any("create role evil" in sentence for sentence in sentences(found))
    assert not any("\n" in sentence or "\r" in sentence for sentence in sentences(found))
    assert "evil" not in shopping.snapshot("roles")["roles"]


def test_the_right_to_hand_on_a_membership_is_undeclared(server: Server) -> None:
    roles = {"team": {}, "lead": {"login": True, "member_of": ["team"]}, "other": {"member_of": ["team"]}}
    wanted = cluster(server.version, roles=roles, revoke_undeclared=True)
    apply(server, wanted)
    as_superuser(server, "grant team to lead with admin option; create role stranger", "postgres")
    with server.connect() as admin:
        admin.execute("set role lead; grant team to stranger; grant team to other")
    shown = drift(changes(server, wanted.model_copy(update={"revoke_undeclared": False})))
    assert "role lead: may make others members of team, which is not declared" in shown
    apply(server, wanted)
    assert sentences(changes(server, wanted)) == []
    with server.connect() as admin:
        query = "select member::regrole::text from pg_auth_members where roleid = 'team'::regrole order by 1"
        assert admin.execute(query).fetchall() == [("lead",), ("other",)]
