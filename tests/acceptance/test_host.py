"""The host around PostgreSQL is as it should be."""

from .conftest import Target


def test_postgresql_runs_under_systemd(node: Target) -> None:
    assert node.host.service(node.layout.unit.removesuffix(".service")).is_running


def test_only_the_declared_cluster_exists(node: Target) -> None:
    listed = node.host.check_output("pg_lsclusters -h").splitlines()
    assert [line.split()[:2] for line in listed] == [[str(node.cluster.postgresql), node.layout.cluster]]


def test_the_data_directory_is_private(node: Target) -> None:
    data = node.host.file(str(node.layout.data))
    assert (data.user, data.group, data.mode) == ("postgres", "postgres", 0o700)


def test_no_package_upgrade_restarts_postgresql_on_its_own(node: Target) -> None:
    blacklist = node.host.check_output("apt-config dump Unattended-Upgrade::Package-Blacklist")
    assert '"^postgresql-"' in blacklist


def test_no_secret_of_ours_is_readable_by_others(node: Target) -> None:
    loose = node.host.check_output(
        "find /etc/pgsteward -type f \\( -name '*.key' -o -name '*.pass' \\) -perm /077 2>/dev/null || true"
    )
    assert loose == ""
