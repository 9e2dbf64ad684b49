"""A dump of an older version comes back in a newer one: this host's own into that of `PGSTEWARD_TEST_ROOT`."""

import os
import shutil
from collections.abc import Iterator

import pytest

from ..server import Missing, Server
from .conftest import filled
from .contents import contents
from .host import Host

ODD = "Odd na.me"
pytestmark = pytest.mark.skipif(os.environ.get("PGSTEWARD_TEST_ROOT", "/") == "/", reason="there is one version here")


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch, host: Host) -> Iterator[Host]:
    monkeypatch.setenv("PGSTEWARD_TEST_ROOT", "/")
    try:
        server = Server()
    except Missing as missing:
        pytest.skip(str(missing))
    found = Host(server)
    try:
        if server.version >= host.server.version:
            pytest.skip(f"{server.version} is not older than {host.server.version}")
        yield filled(found)
    finally:
        found.gone()
        server.stop()


def test_a_dump_of_an_older_version_is_proven_and_restored_by_a_newer_one(older: Host, host: Host) -> None:
    before, dump = contents(older.server, ODD), older.take(ODD)
    here = host.root / "backups" / "main" / dump.id
    shutil.copytree(dump.directory, here)
    host.own()
    assert "sound" in host.dump("verify", "main", dump.id)
    with host.server.connect() as admin:
        admin.execute('create role "Odd owner"')
        admin.execute("create role reader")
        admin.execute('grant pg_read_server_files to "Odd owner"')
    host.databases = older.databases
    host.declare()
    host.dump("restore", "main", dump.id, "--jobs", "2")
    found = contents(host.server, ODD)
    for one in (before, found):
        one.pop("definitions")  # each version has its own words for them
    assert found == before
    said = older.dump("restore", "main", dump.id, "--as", "back")
    assert "is the database back" in said


def test_a_role_that_is_missing_is_told_and_nothing_is_left(older: Host, host: Host) -> None:
    dump = older.take(ODD)
    here = host.root / "elsewhere"
    shutil.copytree(dump.directory, here)
    host.own()
    said = host.dump("restore", "main", host.inside(here), code=1)
    assert 'role "Odd owner" does not exist' in said
    assert "A role that is missing stands in the dump's globals.sql" in said
    with host.server.connect() as admin:
        assert admin.execute("select count(*) from pg_database where not datistemplate").fetchone() == (1,)
