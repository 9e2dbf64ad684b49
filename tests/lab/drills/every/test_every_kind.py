"""Every kind of drill on one cluster, in turn and again, and the page that shows them: the example in docs/example."""

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from fleet.drill import BESIDE, KINDS, LIVE, report

from ...backups.depot import Depot
from ...operator import ROOT, eventually

ROUNDS = 3
EXAMPLE = ROOT / "reports" / "example"
"""Not kept by git; whoever likes what is there copies it to docs/example."""


def drill(every: Depot, kind: str) -> None:
    """By the operator's own command; it has to be good."""
    command = [sys.executable, "-m", "tasks.disaster", str(every.operator.inventory), "shop"]
    if kind not in (*BESIDE, *LIVE):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1800)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    more = {"node": ("--data", "standby=pg3")}.get(kind, ())
    named = ("--data", "cluster=shop") if kind in LIVE else ()
    outcome = every.operator.pyinfra("-y", "--data", f"kind={kind}", *named, *more, deploy="backup/drill.py")
    assert outcome.code == 0, outcome.said


def written(every: Depot) -> list[dict[str, Any]]:
    """The reports on the nodes, oldest first."""
    found = [line for node in ("pg1", "pg2") for line in every.postgres(node, "steward drill list shop").splitlines()]
    return sorted(map(json.loads, found), key=lambda one: int(one["begin"]))


@pytest.mark.long("each kind three times; the packages beside it make each once")
def test_every_kind_is_good_and_the_page_shows_it(every: Depot) -> None:
    streaming = "select count(*) from pg_stat_replication where state = 'streaming'"
    for _ in range(ROUNDS):
        every.postgres("pg1", "pgbench -n -N -c 2 -T 10 shop")
        every.archived("pg1")
        every.postgres("pg2", "steward dump take shop shop")
        every.postgres("pg1", "steward backup shop far incr")
        for kind in KINDS:
            drill(every, kind)
            eventually(lambda: every.sql("pg1", streaming, "postgres"), ["2"], 60)
    assert every.operator.plan().planned == {}
    found = written(every)
    assert [one["kind"] for one in found] == [*KINDS] * ROUNDS
    assert [one for one in found if not report(one).ok] == []
    for one in found:
        phases = ", ".join(f"{phase['name']} {phase['seconds']:.1f}" for phase in one["phases"])
        print(f"\n{one['kind']:10} RTO {one['rto']:6.1f} s  RPO {one['rpo'] or 0:5.1f} s  {phases}", end="")

    shutil.rmtree(EXAMPLE, ignore_errors=True)
    for number, one in enumerate(found, 1):
        write(every, f"drills/{number:02}-{one['kind']}.json", json.dumps(one, indent=1) + "\n")
    page = every.operator.file.parent / "page.html"
    run = [sys.executable, "-m", "tasks.report", str(every.operator.inventory), "--output", str(page)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = page.read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'<span class="kind k-{kind}">' not in text] == []
    write(every, "page.html", text)


def write(every: Depot, name: str, text: str) -> None:
    """A file of the example, without this machine's own directories."""
    path = EXAMPLE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(f"{every.operator.file.parent}/", ""), encoding="utf-8")
