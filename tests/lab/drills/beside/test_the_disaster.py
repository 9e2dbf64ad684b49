"""Everything is lost but the bucket, for a drill: production is off, and the bucket has not changed by a byte."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab import faults, life

from ....tiers import ANOTHER_CASE, one_first
from ...backups.depot import Depot
from ...operator import ROOT, eventually
from .environments import ASSERTION
from .reports import wrong
from .traps import short_lived, trap

NODES = ("d1", "d2", "dr")
KILLED = [
    ("test -d /var/lib/postgresql/17/shop/base", 1),
    ("pgrep -f '[b]eat shop'", 2),
    ("systemctl is-active 'pgsteward-isolated-server-*'", 3),
]
"""When a drill is killed: a question that the spare host then answers, and the good drills on record afterwards."""
SLOW = "select 1 from pg_sleep(60) offset 1;\n"
OURS = ("restore", "replay")
"""The phases in which nobody but pgBackRest and PostgreSQL has anything to do."""


def disaster(drills: Depot) -> tuple[int, str]:
    return ran(command(drills, "disaster"))


def ready(drills: Depot) -> tuple[int, str]:
    return ran(command(drills, "spares"))


def command(drills: Depot, task: str) -> list[str]:
    return [sys.executable, "-m", f"tasks.{task}", str(drills.operator.inventory), "shop"]


def ran(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1800)
    return done.returncode, done.stdout + done.stderr


def reports(drills: Depot) -> list[dict[str, Any]]:
    """Those that lie on the operator's machine, oldest first."""
    here = drills.operator.file.parent.parent / "reports" / "shop"
    return [json.loads(path.read_text()) for path in sorted(here.glob("*-disaster.json"))]


def bucket(drills: Depot) -> dict[str, str]:
    """Every object by its content."""
    top = drills.lab.directory / "s3" / "data"
    files = (path for path in top.rglob("*") if path.is_file())
    return {str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def spare(drills: Depot) -> bool:
    """Whether nothing of the drill is on the spare host: data, secrets, jobs, processes."""
    look = "ls -A /etc/pgsteward /etc/cron.d /var/lib/pgsteward/shop /var/lib/postgresql/17 2>/dev/null | grep shop"
    units = "systemctl list-units --plain --no-legend 'pgsteward-isolated*.service' 'pgsteward-conclude-*'"
    files = drills.lab.ssh("e1", f"{look}; ls /etc/pgbackrest/pgbackrest.conf 2>/dev/null; {units}; true")
    return files == "" and drills.lab.ssh("e1", "ps -eo args | grep -c '[p]ostgres -D'; true") == "0\n"


@pytest.fixture
def lost(drills: Depot) -> Iterator[None]:
    """Production is off."""
    for node in NODES:
        faults.power_cut(drills.lab.plan, node)
    yield
    for node in NODES:
        faults.start(drills.lab.plan, node)
    eventually(lambda: drills.attempt("d1", "psql -XAtc 'select 1'")[0], 0, 60)
    eventually(lambda: drills.sql("d1", "select state from pg_stat_replication", "postgres"), ["streaming"], 60)
    drills.archived("d1")


def test_a_host_that_somebody_uses_is_refused_and_left_alone(drills: Depot) -> None:
    drills.lab.ssh("e1", "mkdir -p /etc/pgsteward/somebodys")
    try:
        runs = [disaster(drills), ready(drills)]
    finally:
        drills.lab.ssh("e1", "rmdir /etc/pgsteward/somebodys")
    for code, said in runs:
        assert code == 1
        assert "198.18.145.21 is no spare host: /etc/pgsteward/somebodys is there" in said
    assert reports(drills)[-1]["problems"] == ["the recovery failed: what pyinfra said stands above"]
    assert drills.lab.attempt("e1", "ls /etc/pgbackrest /etc/postgresql").returncode == 2


def test_a_spare_host_is_made_ready_once_and_is_spare_as_before(drills: Depot) -> None:
    code, said = ready(drills)
    assert (code, said.count("changed: Packages: what the node's duty needs is installed: d1")) == (0, 1), said
    assert drills.lab.attempt("e1", "command -v pgbackrest psql && dpkg -s postgresql-17").returncode == 0
    assert spare(drills)
    code, said = ready(drills)
    assert (code, "no change" in said.splitlines()) == (0, True), said
    assert not list(drills.operator.file.parent.glob("*-disaster*"))


def test_a_spare_host_that_is_off_is_not_ready(drills: Depot) -> None:
    faults.power_cut(drills.lab.plan, "e1")
    code, said = ready(drills)
    life.reset(drills.lab.plan, "e1")  # and blank again
    assert (code, "Traceback" in said) == (1, False), said


def test_a_cluster_comes_back_from_the_bucket_alone_and_nothing_is_written_into_it(drills: Depot, lost: None) -> None:
    before = bucket(drills)
    code, said = disaster(drills)
    assert bucket(drills) == before
    found = reports(drills)[-1]
    assert (code, found["ok"], found["problems"], wrong(found)) == (0, True, [], {}), said
    assert [one["name"] for one in found["phases"]] == [
        *("ready hosts", "restore", "configure", "replay", "first write", "proof")
    ]
    assert found["rto"] == pytest.approx(sum(one["seconds"] for one in found["phases"][:-1]), abs=1)
    assert found["source"]["repository"] == "far"
    assert any(re.search(r"\d+ passed", one["said"]) for one in found["proof"] if "acceptance" in one["what"])
    assert "production did not answer: the report lies here alone" in said
    assert not list(drills.operator.file.parent.glob("*-disaster*"))
    assert spare(drills)


@pytest.mark.parametrize(("query", "good"), one_first(KILLED, KILLED[0], reason=ANOTHER_CASE))
def test_a_drill_that_was_killed_is_cleared_by_the_next_which_is_kept_on_the_primary(
    drills: Depot, query: str, good: int
) -> None:
    """In the middle of its restore, which goes on then; after its first write; and in the middle of its proof."""
    assertion = drills.operator.file.parent / "orders.sql"
    assertion.write_text(SLOW + ASSERTION)
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command(drills, "disaster"), cwd=ROOT, start_new_session=True, **nowhere)
    eventually(lambda: drills.lab.attempt("e1", query).returncode, 0, 120)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assertion.write_text(ASSERTION)
    time.sleep(1)
    assert not spare(drills)
    code, said = disaster(drills)
    assert code == 0, said
    assert spare(drills)
    kept = [json.loads(line) for line in drills.postgres("d1", "steward drill list shop").splitlines()]
    # The refused one lies there, too; the one while production was off could not.
    assert [(one["kind"], one["ok"]) for one in kept] == [("disaster", False), *[("disaster", True)] * good]
    assert re.search(r"^last drill: disaster, good in .* on d1", drills.operator.status().stdout, re.M)


def test_a_view_behind_an_assertion_runs_shut_in_here_too(drills: Depot) -> None:
    with trap(drills):
        code, said = disaster(drills)
    found = reports(drills)[-1]
    assert code == 1, said
    told = {what: text for what, text in wrong(found).items() if "orders.sql" in what}
    assert list(told) == list(wrong(found)) and len(told) == 1, found["proof"]
    assert short_lived(next(iter(told.values()))), told
    assert found["rto"] == pytest.approx(sum(one["seconds"] for one in found["phases"][:-1]), abs=1)
    assert spare(drills)


@pytest.mark.long("two gigabytes")
def test_two_gigabytes_come_back_mostly_by_the_work_of_pgbackrest_and_postgresql(drills: Depot) -> None:
    drills.postgres("d1", "pgbench -q -i -s 136 shop")
    drills.postgres("dr", "steward backup shop far full")
    # A cluster to which nobody writes archives a segment each `rpo`, the heartbeat's: 60 in an hour with the default.
    # As many are written here, full ones: a backup that is an hour old has no less behind it, a nightly one far more.
    drills.postgres("d1", "pgbench -n -N -c 4 -t 50000 shop")
    drills.archived("d1")
    shares = {}
    for state in ("hosts made ready", "blank hosts"):  # the second has the log of the time between behind it, too
        life.reset(drills.lab.plan, "e1")
        if state == "hosts made ready":
            assert ready(drills)[0] == 0
        code, said = disaster(drills)
        assert code == 0, said
        found = reports(drills)[-1]
        spent = sum(one["seconds"] for one in found["phases"] if one["name"] in OURS)
        shares[state] = spent / found["rto"]
        print(f"\n{state}: RTO {found['rto']:.1f} s, {100 * shares[state]:.0f} % of it pgBackRest and PostgreSQL")
        for one in found["phases"]:
            more = f"{one['bytes'] / one['seconds'] / 1e6:.0f} MB/s" if one["bytes"] else ""
            more += f"{one['segments']} segments" if one["segments"] else ""
            print(f"    {one['name']:12} {one['seconds']:7.2f} s  {more}")
    assert shares["hosts made ready"] >= 0.8


def test_the_page_shows_all_of_it(drills: Depot, tmp_path: Path) -> None:
    target = tmp_path / "lab.html"
    run = [sys.executable, "-m", "tasks.report", str(drills.operator.inventory), "--output", str(target)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(target)), done.stderr
    page = target.read_text(encoding="utf-8")
    for kind in ("restore", "pitr", "disaster"):
        assert f'<span class="kind k-{kind}">{kind}</span>' in page
    assert page.count('<details class="drill"') >= 3
    assert "d2" in page and "streaming" in page
