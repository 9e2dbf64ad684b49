"""No password and no verifier leaves the script: not to a log, a view, a snapshot or an error. And it never hangs."""

import re

import pytest

from fleet.rights import Statement, script

from .server import Server
from .world import apply, as_superuser, changes, role_changes, sentences, shop

VERIFIER = re.compile(r"SCRAM-SHA-256\$[0-9]+:[^$\s]+\$[^\s']+")


def test_the_log_and_the_statistics_hold_no_verifier(server: Server) -> None:
    """The test's server logs all statements and keeps those of roles, too."""
    before = len(server.log.read_text(errors="replace"))
    apply(server, shop(server.version))
    log = server.log.read_text(errors="replace")[before:]
    assert "set client_encoding" in log, "the server logs what it is asked"
    assert not VERIFIER.search(log)
    assert "password of" not in log
    with server.connect() as admin:
        assert (
            admin.execute("select query from pg_stat_statements where query ~* 'alter role.*shop_app'").fetchall() == []
        )


def test_a_snapshot_holds_no_verifier_and_no_value_of_somebodys_own_setting(server: Server) -> None:
    apply(server, shop(server.version))
    as_superuser(server, "alter role shop_app set pgrst.jwt_secret = 'do not tell'")
    found = str(server.snapshot("roles"))
    assert "jwt_secret" in found
    assert "do not tell" not in found
    assert not VERIFIER.search(found)


def test_a_failing_script_says_what_failed_without_its_text_and_leaves_nothing_behind(server: Server) -> None:
    statements = [
        Statement("role a: create", "create role a;"),
        Statement(
            "role b: password set", "alter role b password 'SCRAM-SHA-256$4096:c2FsdA==$c3Q=:c3Y=';", secret=True
        ),
    ]
    with pytest.raises(RuntimeError, match='role "b" does not exist') as error:
        server.script(script(statements, "postgres"))
    assert not VERIFIER.search(str(error.value))
    assert "a" not in server.snapshot("roles")["roles"]
    with pytest.raises(RuntimeError) as error:
        server.script(script([Statement("", "alter role b pasword 'hush-hush';")], "postgres"))
    assert "hush-hush" not in str(error.value)
    assert "hush-hush" not in server.log.read_text(errors="replace")


def test_no_sentence_holds_a_secret(server: Server) -> None:
    found = role_changes(server, shop(server.version))
    secret = [one for one in found.statements if VERIFIER.search(one.sql)]
    assert secret
    assert all(one.secret for one in secret)
    assert not any(VERIFIER.search(one.sentence) or "password of" in one.sentence for one in found.statements)


def test_a_first_deploy_does_not_wait_for_a_standby_that_is_not_there_yet(server: Server) -> None:
    as_superuser(server, "alter system set synchronous_standby_names = 'nobody'", "postgres")
    as_superuser(server, "select pg_reload_conf()", "postgres")
    try:
        apply(server, shop(server.version))
        assert sentences(changes(server, shop(server.version))) == []
    finally:
        as_superuser(server, "alter system reset synchronous_standby_names", "postgres")
        as_superuser(server, "select pg_reload_conf()", "postgres")


def test_settings_of_the_database_do_not_stop_a_script(server: Server) -> None:
    apply(server, shop(server.version))
    as_superuser(server, "create table t (id int)")
    for setting in ("statement_timeout = 1", "search_path = nowhere", "default_transaction_read_only = on"):
        as_superuser(server, f"alter database shop set {setting}", "postgres")
    apply(server, shop(server.version))
    assert sentences(changes(server, shop(server.version))) == []
