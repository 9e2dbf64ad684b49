"""Who may connect is who was declared, and whatever crosses the network is encrypted and verified."""

from typing import Any

from fleet import access

from .conftest import Target


def test_the_access_rules_are_the_declared_ones(node: Target) -> None:
    assert node.read(node.layout.access) == access.render(access.rules(node.cluster))


def test_the_host_s_postgres_is_the_owners_and_nobody_else_is(node: Target) -> None:
    wanted = access.render_identities(access.identities(node.cluster))
    assert node.read(node.layout.identities) == wanted


def test_postgresql_finds_no_error_in_the_access_rules(node: Target) -> None:
    assert node.sql("select line_number, error from pg_hba_file_rules where error is not null") == []


def test_the_access_rules_are_loaded(node: Target) -> None:
    query = "select (pg_stat_file(current_setting('hba_file'))).modification <= pg_conf_load_time() as loaded"
    assert node.sql(query) == [{"loaded": True}]


def test_a_connection_without_tls_is_refused(node: Target) -> None:
    answer = knock(node, "disable")
    assert answer.rc != 0
    assert "no encryption" in answer.stderr or "SSL off" in answer.stderr or "pg_hba.conf" in answer.stderr


def test_the_certificate_is_for_this_node_and_of_the_environments_authority(node: Target) -> None:
    """A stranger's password fails, but only after libpq has verified the certificate in full."""
    answer = knock(node, "verify-full")
    assert answer.rc != 0
    assert "certificate" not in answer.stderr
    assert "password" in answer.stderr or "pg_hba.conf" in answer.stderr


def test_the_certificate_lasts_another_fortnight(node: Target) -> None:
    assert node.host.run(f"openssl x509 -in {node.layout.certificate} -noout -checkend {14 * 86400}").rc == 0


def test_the_key_is_readable_by_postgres_alone(node: Target) -> None:
    key = node.host.file(str(node.layout.key))
    assert (key.user, key.mode) == ("postgres", 0o600)


def test_no_rule_trusts_without_a_reason(node: Target) -> None:
    reasoned = any(rule.method in ("trust", "md5") and rule.why for rule in node.cluster.access)
    rows = node.sql("select line_number from pg_hba_file_rules where auth_method in ('trust', 'md5', 'password')")
    assert reasoned or rows == []


def knock(node: Target, sslmode: str) -> Any:
    """An attempt to connect over the network as a role with a wrong password."""
    dsn = (
        f"host={node.name} hostaddr={node.node.address} port={node.cluster.port} dbname=postgres user=monitor "
        f"password=wrong sslmode={sslmode} sslrootcert={node.layout.authority} connect_timeout=5"
    )
    return node.host.run("psql -X -w -d %s -c 'select 1'", dsn)
