"""The snapshots as a deploy takes them: through psql, whole, on one line, whatever the names."""

import json

import pytest

from .server import Server, snapshot
from .world import apply, as_superuser, shop


@pytest.mark.parametrize("name", ["roles", "database"])
def test_a_snapshot_is_one_line_of_json_through_psql(shopping: Server, name: str) -> None:
    as_superuser(shopping, 'create table "line\nbreak \\ \'quoted\' zo\u00eb" (id int); create role "a\nb"')
    answer = shopping.script(snapshot(name).decode(), "shop")
    assert answer.count("\n") == 1
    assert json.loads(answer) == shopping.snapshot(name, "shop")
    assert "zo\u00eb" in str(json.loads(answer)) or name == "roles"


def test_a_snapshot_holds_what_the_server_has(shopping: Server) -> None:
    found = shopping.snapshot("roles")
    assert found["version"] == shopping.version
    assert found["administrator"] == "postgres"
    assert sorted(found["databases"]) == ["postgres", "shop", "template1"]
    assert found["databases"]["shop"]["owner"] == "shop_owner"
    assert found["roles"]["shop_app"]["password"].keys() == {"salt", "iterations", "sha256"}


def test_objects_that_are_alike_share_a_row(shopping: Server) -> None:
    as_superuser(shopping, "set role shop_owner; create table a (id int); create table b (id int)")
    rows = [one for one in shopping.snapshot("database", "shop")["objects"] if one["kind"] == "table"]
    assert [one["names"] for one in rows] == [["a", "b", "orders"]]


def test_what_belongs_to_an_extension_is_left_out(server: Server) -> None:
    apply(server, shop(server.version))
    found = server.snapshot("database", "shop")
    assert "pg_stat_statements" in found["extensions"]
    assert found["objects"] == []
