"""What a deploy never does: wipe, adopt or follow what it does not know. The tests build on each other, in order."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from lab import faults
from tasks.authority import Authority
from tasks.secrets import generate

from .environments import TWO
from .operator import ROOT, Operator

DATA = "/var/lib/postgresql/17/alpha"
CONTENTS = f"find {DATA} -type f -printf '%P %s\\n' | sort"


@pytest.fixture(scope="module")
def lab(make_lab: Callable[..., Any]) -> Any:
    return make_lab("two", TWO)


@pytest.fixture(scope="module")
def two(lab: Any) -> Operator:
    operator = Operator(lab.environment)
    supply_certificates(lab)
    operator.generate_secrets()
    return operator


def supply_certificates(lab: Any) -> None:
    """What a company's own authority hands out: certificates as files, keys among the secrets."""
    now, directory = datetime.now(UTC), lab.environment.parent
    company = Authority(generate.authority("company", now).reveal())
    (directory / "company.crt").write_text(company.pem, encoding="utf-8")
    keys = {}
    for host in lab.plan.hosts:
        certificate, key = company.issue(host.name, (host.name, host.address), 90, now)
        (directory / f"{host.name}.crt").write_text(certificate, encoding="utf-8")
        keys[f"tls/{host.name}"] = key
    secrets = directory / "secrets.yml"
    secrets.touch(mode=0o600)
    secrets.write_text(yaml.safe_dump(keys), encoding="utf-8")


def swap(two: Operator) -> None:
    """Declares the standby of alpha primary, and the primary standby."""
    nodes = two.document["clusters"]["alpha"]["nodes"]
    nodes["a1"]["duty"], nodes["a2"]["duty"] = nodes["a2"]["duty"], nodes["a1"]["duty"]
    two.edit(alpha={"nodes": nodes})


def test_a_directory_with_something_in_it_is_refused_and_left_alone(two: Operator, lab: Any) -> None:
    lab.ssh("a2", f"mkdir -p {DATA} && echo precious > {DATA}/keep.txt")
    outcome = two.pyinfra("-y")
    assert outcome.code == 1
    assert f"{DATA} is not empty and holds no standby: keep.txt" in outcome.said
    assert "HINT:" in outcome.said
    assert lab.ssh("a2", CONTENTS) == "keep.txt 9\n"


def test_the_failure_stops_its_own_cluster_and_no_other(two: Operator, lab: Any) -> None:
    plan = two.plan()
    assert all("c1" not in hosts for hosts in plan.planned.values())
    assert lab.ssh("c1", "cd /; runuser -u postgres -- psql -XAtc 'select pg_is_in_recovery()'") == "f\n"


def test_a_power_cut_in_the_middle_of_a_copy_is_made_good_by_the_next_run(two: Operator, lab: Any) -> None:
    lab.ssh("a2", f"rm {DATA}/keep.txt")
    faults.slow(lab.plan, "a2", "20mbit")
    command = [sys.executable, "-m", "pyinfra", "-y", str(two.inventory), "deploy.py"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: lab.ssh("a2", f"[ -f {DATA}/PG_VERSION ] && echo yes || true") == "yes\n")
    faults.power_cut(lab.plan, "a2")
    run.kill()
    run.wait()
    faults.start(lab.plan, "a2")
    faults.heal(lab.plan)
    assert "is copied from a1" in two.plan().said
    two.deploy()
    assert two.plan().planned == {}
    two.verify()


def test_a_standby_that_was_promoted_is_not_touched(two: Operator, lab: Any) -> None:
    lab.ssh("a2", "cd /; runuser -u postgres -- psql -XAtc 'select pg_promote()'")
    outcome = two.pyinfra("-y")
    assert outcome.code == 1
    assert "clusters.alpha.nodes.a2: is declared standby, but" in outcome.said
    assert lab.ssh("a2", "cd /; runuser -u postgres -- psql -XAtc 'select pg_is_in_recovery()'") == "f\n"


def test_the_data_of_another_cluster_is_not_taken_for_a_standby(two: Operator, lab: Any) -> None:
    lab.ssh("a2", f"systemctl stop postgresql@17-alpha && mv {DATA} {DATA}.old")
    initdb = f"install -d -o postgres {DATA} && runuser -u postgres -- /usr/lib/postgresql/17/bin/initdb -k -D {DATA}"
    lab.ssh("a2", f"cd / && {initdb} > /dev/null && runuser -u postgres -- touch {DATA}/standby.signal")
    before = lab.ssh("a2", CONTENTS)
    outcome = two.pyinfra("-y")
    assert outcome.code == 1
    assert "holds a copy of another cluster" in outcome.said
    assert lab.ssh("a2", CONTENTS) == before


def test_an_emptied_directory_is_filled_again(two: Operator, lab: Any) -> None:
    """The documented way to rebuild a standby: move its data away, deploy."""
    lab.ssh("a2", f"rm -r {DATA}")
    two.deploy()
    assert two.plan().planned == {}


def test_duties_that_were_exchanged_only_in_the_file_are_refused(two: Operator, lab: Any) -> None:
    swap(two)
    outcome = two.pyinfra("-y")
    assert outcome.code == 1
    assert "clusters.alpha.nodes.a2: is declared primary, but its server is a standby" in outcome.said
    assert lab.ssh("a1", "cd /; runuser -u postgres -- psql -XAtc 'select pg_is_in_recovery()'") == "f\n"
    swap(two)
    assert two.plan().planned == {}


def test_a_primary_whose_disk_is_not_mounted_is_not_made_anew(two: Operator, lab: Any) -> None:
    data = "/var/lib/postgresql/17/beta"
    lab.ssh("c1", f"systemctl stop postgresql@17-beta && mv {data} {data}.away && mkdir {data}")
    outcome = two.pyinfra("-y")
    assert outcome.code == 1
    assert f"the cluster is configured, but {data} is empty" in outcome.said
    lab.ssh("c1", f"rmdir {data} && mv {data}.away {data}")
    assert two.deploy().changed == {"Primary: PostgreSQL runs": {"c1"}}


def test_backups_that_are_declared_later_wait_for_a_restart_and_then_begin(two: Operator, lab: Any) -> None:
    two.edit(beta={"backups": {"repositories": {"local": {"path": "/srv/backups"}}}})
    two.generate_secrets()
    assert "waits for a restart: archive_mode" in two.deploy().said
    assert two.plan().planned == {}
    assert two.pyinfra("-y", deploy="restart.py").code == 0
    assert two.deploy().changed.keys() == {
        "Backups: the stanza exists",
        "Backups: WAL arrives",
        "Backups: every repository holds a full one",
    }
    assert two.plan().planned == {}


def wait_for(look: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.1)
