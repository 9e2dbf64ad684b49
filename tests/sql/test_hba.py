"""pg_hba.conf as PostgreSQL reads it: every line is accepted and means what was declared."""

import os
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleet import access
from fleet.access import HbaLine, Word, render, rules

from .server import ACCESS, Server
from .world import cluster

RULES = [
    {"databases": ["shop"], "roles": ["shop_app", "shop_ro"], "from": ["10.0.0.0/8", "2001:db8::/32"]},
    {"databases": ["all"], "roles": ["all"], "from": ["192.0.2.77"], "method": "cert"},
    {"databases": ["shop"], "roles": ["old"], "from": ["10.1.2.3"], "tls": False, "why": "# an old \\ scanner \\"},
    {"databases": ["shop"], "roles": ["shop_app"], "from": ["local"], "method": "peer"},
    {"databases": ["shop"], "roles": ["shop_app"], "from": ["0.0.0.0/0", "::/0"], "method": "reject"},
]
ODD = (
    "all ",
    "a b",
    'say "x"',
    "a,b",
    "+group",
    "@file",
    "#x",
    "Shop",
    "sameuser",
    "replication",
    "zoë",
    "\\",
    "'",
    "x\\",
)


def read(server: Server, text: str) -> list[Any]:
    """What PostgreSQL finds in the file: type, databases, roles, address, mask, method, error."""
    server.access.write_text(text)
    try:
        with server.connect() as admin:
            columns = "type, database, user_name, address, netmask, auth_method, error"
            return admin.execute(f"select {columns} from pg_hba_file_rules order by line_number").fetchall()
    finally:
        server.access.write_text(ACCESS)


def expected(line: HbaLine) -> tuple[str, list[str], list[str], str, str]:
    databases, roles = ([plain(name) for name in names] for names in (line.databases, line.roles))
    return line.kind, databases, roles, (line.address or "").split("/")[0], line.method


def plain(name: str | Word) -> str:
    return name.text if isinstance(name, Word) else name


def test_every_line_is_accepted_and_means_what_was_declared(server: Server) -> None:
    lines = rules(cluster(server.version, access=RULES))
    rows = read(server, render(lines))
    assert [row[-1] for row in rows] == [None] * len(lines)
    found = [(kind, databases, roles, address or "", method) for kind, databases, roles, address, _, method, _ in rows]
    assert found == [expected(line) for line in lines]


@settings(max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=15),
    why=st.text(max_size=20),
)
def test_any_name_and_any_reason_come_back_whole(running: Server, name: str, why: str) -> None:
    lines = [HbaLine("hostssl", (name,), (name,), "10.0.0.0/8", "scram-sha-256", why)] * 2
    rows = read(running, render(lines))
    assert [(row[1], row[2], row[-1]) for row in rows] == [([name], [name], None)] * 2


@pytest.mark.parametrize("name", ["all", "+x", "@x", "/x.*", "/", "a b"])
def test_a_name_is_matched_as_a_name(server: Server, name: str) -> None:
    """A role of that very name comes in by the line, any other does not."""
    with server.connect() as admin:
        for role in (name, "xx", "/xyz"):
            admin.execute(f'create role "{role}" login')
    declared = cluster(server.version, access=[{"databases": ["all"], "roles": ["x"], "from": ["local"]}])
    line = (
        HbaLine("local", (access.ALL,), (access._named(name, declared),), None, "trust", "")
        if name != "all"
        else (HbaLine("local", (access.ALL,), (name,), None, "trust", ""))
    )
    with_line = render([HbaLine("local", (access.ALL,), ("postgres",), None, "trust", ""), line])
    try:
        server.access.write_text(with_line)
        reload(server)
        server.connect("postgres", name).close()
        for other in {"xx", "/xyz"} - {name}:
            with pytest.raises(Exception, match=r"no pg_hba\.conf entry"):
                server.connect("postgres", other)
    finally:
        server.access.write_text(ACCESS)
        reload(server)


@pytest.mark.parametrize("name", ["shop", "all", "+x", "/x", "a b", "a,b"])
def test_postgres_of_the_host_alone_is_the_owner_without_a_password(server: Server, name: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("becoming postgres takes root")
    owned = cluster(server.version, roles={name: {}}, databases={"shop": {"owner": name}})
    with server.connect() as admin:
        for role in (name, "xx", "/xyz"):
            admin.execute(f'create role "{role}" login')
    try:
        (server.data / "pg_ident.conf").write_text(access.render_identities(access.identities(owned)))
        # the tests' own way in stands before, as they are root
        server.admit(render([HbaLine("local", (access.ALL,), ("postgres",), None, "trust", ""), *rules(owned)]))
        assert whoami(server, name) == name
        for other in ("xx", "/xyz"):
            with pytest.raises(RuntimeError, match="no password supplied"):
                whoami(server, other)
        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            server.connect("postgres", name)
    finally:
        server.admit("")


def whoami(server: Server, role: str) -> str:
    """Who a session of the Unix user postgres is that comes as `role` through the socket."""
    where = ["-h", f"/{server.directory.relative_to(server.root)}", "-U", role, "-d", "postgres"]
    return server._run(f"{server.binaries}/psql", "-wXqAt", *where, "-c", "select session_user").strip()


def reload(server: Server) -> None:
    """Loads the access rules, and waits until they are in force."""
    with server.connect() as admin:
        before = admin.execute("select pg_conf_load_time()").fetchone()
        admin.execute("select pg_reload_conf()")
        while admin.execute("select pg_conf_load_time()").fetchone() == before:
            pass
