"""The lines of pg_hba.conf. That PostgreSQL reads them as they are meant is proven in `tests/sql`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.access import HbaLine, identities, render, render_identities, rules
from fleet.environment import Cluster
from fleet.migrating import by_password


def cluster(*access: dict[str, Any], version: int = 17) -> Cluster:
    nodes = {
        "pg1": {"address": "192.0.2.11", "duty": "primary"},
        "pg2": {"address": "2001:db8::12", "duty": "standby"},
        "vault": {"address": "192.0.2.13", "duty": "repository"},
    }
    return Cluster.model_validate({"postgresql": version, "nodes": nodes, "access": access})


def lines(*access: dict[str, Any], version: int = 17) -> list[list[str]]:
    """The words of each line, without its comment."""
    text = render(rules(cluster(*access, version=version)))
    return [line.split("#")[0].split() for line in text.splitlines() if not line.startswith("#")]


def test_without_a_declaration_only_the_cluster_itself_gets_in() -> None:
    assert lines() == [
        ["local", "all", "postgres", "peer"],
        ["local", "all", "monitor", "scram-sha-256"],
        ["host", "all", "monitor", "127.0.0.1/32", "scram-sha-256"],
        ["host", "all", "monitor", "::1/128", "scram-sha-256"],
        ["hostssl", "replication", "replicator", "192.0.2.11/32", "scram-sha-256"],
        ["hostssl", "replication", "replicator", "2001:db8::12/128", "scram-sha-256"],
        ["host", "all", "postgres", "all", "reject"],
        ["local", "all", "all", "scram-sha-256"],
        ["hostnossl", "all,replication", "all", "all", "reject"],
        ["host", "all,replication", "all", "0.0.0.0/0", "reject"],
        ["host", "all,replication", "all", "::/0", "reject"],
    ]


def test_a_rule_is_a_line_for_each_combination_in_the_order_of_its_words() -> None:
    found = lines({"databases": ["a", "b"], "roles": ["c", "d"], "from": ["10.0.0.0/8", "local"]})
    declared = [line for line in found if line[2] in "cd"]
    assert len(declared) == 8
    assert declared[:2] == [
        ["hostssl", "a", "c", "10.0.0.0/8", "scram-sha-256"],
        ["local", "a", "c", "scram-sha-256"],
    ]


def test_declared_rules_keep_their_order_and_come_before_the_last_no() -> None:
    reject = {"databases": ["all"], "roles": ["bad"], "from": ["10.0.0.1"], "method": "reject"}
    allow = {"databases": ["all"], "roles": ["all"], "from": ["10.0.0.0/24"]}
    found = lines(reject, allow)
    first, second = (found.index(line) for line in found if len(line) > 4 and line[3].startswith("10.0.0."))
    assert second == first + 1
    assert all(line[-1] == "reject" for line in found[second + 2 :])


def test_a_rule_without_tls_takes_both() -> None:
    rule = {"databases": ["a"], "roles": ["b"], "from": ["10.0.0.0/8"], "tls": False, "why": "an old scanner"}
    assert ["host", "a", "b", "10.0.0.0/8", "scram-sha-256"] in lines(rule)


def test_the_administrator_comes_over_the_network_only_where_a_rule_names_it() -> None:
    rule = {"databases": ["all"], "roles": ["postgres"], "from": ["10.0.0.1"], "why": "for the move"}
    assert ["host", "all", "postgres", "all", "reject"] not in lines(rule)
    assert ["host", "all", "postgres", "all", "reject"] in lines(rule | {"roles": ["all"]})


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("shop_app", "shop_app"),
        ("Shop", '"Shop"'),
        ("+group", '"+group"'),
        ("@file", '"@file"'),
        ("a,b", '"a,b"'),
        ('say"x"', '"say""x"""'),
        ("sameuser", '"sameuser"'),
        ("replication", '"replication"'),
        ("zoë", '"zoë"'),
    ],
)
def test_a_name_is_never_more_than_a_name(name: str, written: str) -> None:
    assert ["local", "shop", written, "trust"] in [
        line.split()
        for line in render([HbaLine("local", ("shop",), (name,), None, "trust", "")]).replace("#", "").splitlines()
    ]


@pytest.mark.parametrize(("version", "written"), [(15, '"/a.b"'), (16, r'"/^/a\.b$"')])
def test_a_name_with_a_slash_is_a_regular_expression_since_16(version: int, written: str) -> None:
    rule = {"databases": ["all"], "roles": ["/a.b"], "from": ["local"]}
    assert ["local", "all", written, "scram-sha-256"] in lines(rule, version=version)


@given(st.text())
def test_a_reason_is_a_comment_on_its_line_whatever_it_says(why: str) -> None:
    text = render([HbaLine("local", ("a",), ("b",), None, "peer", why)])
    *_, line, end = text.split("\n")
    assert end == ""
    assert line.split()[:4] == ["local", "a", "b", "peer"]
    assert len(text.splitlines()) >= 3
    assert not line.endswith("\\")


def test_every_line_says_why_in_one_column() -> None:
    text = render(rules(cluster({"databases": ["a"], "roles": ["b"], "from": ["local"], "why": "for the drill"})))
    rows = text.splitlines()[1:]
    assert len({row.rindex("# ") for row in rows}) == 1
    assert "# for the drill" in text
    assert all(row.split("# ")[-1] for row in rows)


def test_a_name_with_a_control_character_is_refused() -> None:
    with pytest.raises(ValueError, match="control character"):
        render([HbaLine("local", ("a\nb",), ("c",), None, "peer", "")])


def owned(owner: dict[str, Any], *access: dict[str, Any], version: int = 17, name: str = "shop") -> Cluster:
    nodes = {"pg1": {"address": "192.0.2.11", "duty": "primary"}}
    declared = {"roles": {name: owner}, "databases": {"shop": {"owner": name}}, "access": access}
    return Cluster.model_validate({"postgresql": version, "nodes": nodes} | declared)


def to_owner(cluster: Cluster) -> tuple[list[str], list[str]]:
    """The words of the lines about the role shop, and those of pg_ident.conf."""
    texts = render(rules(cluster)), render_identities(identities(cluster))
    found = [[line.split("#")[0].split() for line in text.splitlines() if line[0] != "#"] for text in texts]
    return [" ".join(line) for line in found[0] if line[2] == "shop"], [" ".join(line) for line in found[1]]


LOCAL = {"databases": ["shop"], "roles": ["shop"], "from": ["local"]}


def test_the_unix_user_postgres_alone_may_be_the_owner() -> None:
    assert to_owner(owned({})) == (["local all shop peer map=pgsteward"], ["pgsteward postgres shop"])
    assert to_owner(owned({"login": True})) == (["local all shop peer map=pgsteward"], ["pgsteward postgres shop"])


def test_a_declared_way_of_the_owner_through_the_socket_still_works() -> None:
    with_password = owned({"login": True}, LOCAL)
    assert to_owner(with_password) == (["local shop shop scram-sha-256"], [])
    assert by_password(with_password, "shop")
    by_peer = owned({"login": True}, LOCAL | {"method": "peer"})
    assert to_owner(by_peer) == (
        ["local all shop peer map=pgsteward-peers", "local shop shop peer"],
        ["pgsteward-peers postgres shop", "pgsteward-peers shop shop"],
    )


def test_a_rule_for_all_that_asks_for_no_password_is_not_for_an_owner_without_one() -> None:
    trust = {
        "databases": ["all"],
        "roles": ["all"],
        "from": ["10.0.0.0/8", "local"],
        "method": "trust",
        "why": "a test",
    }
    assert to_owner(owned({}, trust))[0] == ["local all shop peer map=pgsteward", "host all shop all reject"]
    assert to_owner(owned({"login": True}, trust))[0] == []


def test_the_administrator_needs_no_map() -> None:
    nodes = {"pg1": {"address": "192.0.2.11", "duty": "primary"}}
    cluster = Cluster.model_validate({"postgresql": 17, "nodes": nodes, "databases": {"shop": {"owner": "postgres"}}})
    assert identities(cluster) == ()


@pytest.mark.parametrize("name", ["all", "+x", "/x", "a b", 'say "x"'])
def test_an_owner_s_name_is_a_name_in_the_map(name: str) -> None:
    text = render_identities(identities(owned({}, name=name, version=17)))
    written = {"/x": '"/^/x$"', 'say "x"': '"say ""x"""'}.get(name, f'"{name}"')
    assert text.splitlines()[-1].split(None, 2)[2] == written
