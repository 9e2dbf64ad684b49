"""The host around PostgreSQL is as it should be."""

import pytest

from fleet import kernel
from fleet.hostfile import RUN_BY_ROOT
from fleet.machine import Machine, machine
from tasks.shell import COMMON, text

from .conftest import ROOT, Target

LOOSE = """
    [ -e "$path" ] || continue
    keep "$path/."
    [ "$keeper" = root ] || echo "$path: others can write a directory on the way"
    find "$path" ! -type l \\( ! -uid 0 -o -perm /022 \\) -exec echo {} is not of root alone \\;"""


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


def test_whatever_root_runs_is_roots_alone(node: Target) -> None:
    """Files of ours that root runs or obeys, and the directories on the way there, by the rule that a deploy keeps."""
    patterns = [f"{one}/{name}" for one in RUN_BY_ROOT for name in ("*pgsteward*", "*/*pgsteward*", "*/steward")]
    script = f"{text(COMMON[0])}\nfor path in {' '.join(patterns)}; do\n{LOOSE}\ndone"
    assert node.host.check_output("sh -c %s", script).splitlines() == []


def test_the_kernel_has_the_values_that_suit_a_database(node: Target) -> None:
    seen = machine_of(node)
    if not seen.kernel:
        pytest.skip(f"{node.name} is a container: the kernel is its host's, and its values are left alone")
    wanted = kernel.parameters(seen.hardware)
    names = [one.name for one in wanted.sysctl]
    live = node.host.check_output(f"sysctl -n {' '.join(names)}").splitlines()
    assert dict(zip(names, live, strict=True)) == {one.name: one.value for one in wanted.sysctl}


def test_shared_memory_lies_in_huge_pages_where_they_were_reserved(node: Target) -> None:
    if not machine_of(node).kernel:
        pytest.skip(f"{node.name} is a container: no huge pages are reserved")
    if node.cluster.postgresql < 17:
        pytest.skip("PostgreSQL says whether it got huge pages from 17 on")
    assert node.sql("select current_setting('huge_pages_status') as status") == [{"status": "on"}]


def test_the_postmaster_is_the_last_that_the_kernel_kills(node: Target) -> None:
    show = f"systemctl show -p OOMScoreAdjust --value {node.layout.unit}"
    assert node.host.check_output(show) == "-900"


def machine_of(node: Target) -> Machine:
    """The host's own answer, as the deploy reads it."""
    script = (ROOT / "templates" / "sh" / "machine.sh").read_text(encoding="utf-8")
    lines = node.host.check_output("sh -c %s machine %s", script, str(node.layout.data)).splitlines()
    answers = dict(line.split("=", 1) for line in lines if "=" in line)
    return machine(node.name, answers, node.node.hardware)
