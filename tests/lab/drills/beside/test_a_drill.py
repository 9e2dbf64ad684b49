"""Recoveries beside production on a real standby: timed, proved, kept, and gone; and refused where they would harm."""

import json
import re

import pytest

from lab import faults

from ....tiers import ANOTHER_CASE, one_first
from ...backups.depot import Depot
from ...operator import eventually
from .reports import crons, drill, last, nothing_left, reports, wrong


@pytest.mark.parametrize("kind", ["restore", "pitr"])
def test_crons_own_command_makes_a_good_drill(drills: Depot, kind: str) -> None:
    code, found = drill(drills, kind)
    assert (code, found["ok"], found["problems"], wrong(found)) == (0, True, [], {})
    assert [one["name"] for one in found["phases"]] == [
        *("restore", "replay", "promote", "accept", "first write", "proof")
    ]
    assert 0 < found["rto"] < 120
    assert found["rto"] == pytest.approx(sum(one["seconds"] for one in found["phases"][:-1]), abs=0.2)
    assert 0 <= found["rpo"] < 60
    assert found["source"]["repository"] == ("near" if kind == "restore" else "far")
    assert nothing_left(drills)


def test_the_rows_are_productions_at_the_position_that_was_recovered_to(drills: Depot) -> None:
    _, found = drill(drills, "restore")
    said = {one["what"]: one["said"] for one in found["proof"]}
    rows = re.fullmatch(
        r"(\d+) rows in (\d+) of \2 tables, at (\S+)", said["every table has the rows that production had"]
    )
    assert rows, said
    assert int(rows[1]) > 20000
    assert rows[3] in found["source"]["target"]


def test_it_keeps_within_its_bounds(drills: Depot) -> None:
    """The unit's own: memory, the last of the CPU and of the disk, and the user."""
    watch = "until pid=$(pgrep -f '[s]teward.pyz drill restore'); do sleep 0.05; done"
    look = "cat /proc/$pid/status | grep -E '^Uid'; cat /proc/$pid/cgroup; ps -o ni= -p $pid; ionice -p $pid"
    said = drills.lab.ssh("d2", f"({crons('restore')}) > /dev/null 2>&1 & {watch}; {look}; wait")
    uid = drills.lab.ssh("d2", "id -u postgres").strip()
    assert f"Uid:\t{uid}" in said
    assert "idle" in said
    assert re.search(r"^\s*19$", said, re.M)
    assert "run-" in said and ".service" in said


def test_it_leaves_a_record_metrics_and_a_line_of_status(drills: Depot) -> None:
    drill(drills, "restore")
    record = drills.jobs("d2")[-1]
    assert (record["job"], record["kind"], record["exit"]) == ("drill", "restore", 0)
    metrics = drills.lab.ssh("d2", "cat /var/lib/pgsteward/metrics/*.prom")
    for name in ("last_success_timestamp_seconds", "rto_seconds", "rpo_seconds", "rto_target_seconds"):
        assert re.search(rf'^pgsteward_drill_{name}{{cluster="shop",kind="restore"}} [\d.e+]+$', metrics, re.M), name
    status = drills.operator.status().stdout
    assert re.search(r"^last drill: restore, good in .* ago on d2, RTO .* s, RPO .* s", status, re.M), status


def test_an_operator_makes_the_same_by_hand(drills: Depot) -> None:
    before = len(reports(drills))
    outcome = drills.operator.pyinfra("-y", "--data", "kind=restore", deploy="backup/drill.py")
    assert outcome.code == 0, outcome.said
    assert "drill restore of shop on d2: good" in outcome.said
    assert len(reports(drills)) == before + 1
    for data, reason in (("kind=x", "there is no kind x"), ("kind=disaster", "needs nothing of these hosts")):
        refused = drills.operator.pyinfra("-y", "--data", data, deploy="backup/drill.py")
        assert (refused.code, reason in refused.said) == (1, True), refused.said


def test_a_broken_assertion_says_which_rows(drills: Depot) -> None:
    drills.sql("d1", "insert into orders values (0, 0)")
    try:
        code, found = drill(drills, "restore")
        assert code == 1
        assert [said for what, said in wrong(found).items() if "orders.sql returns no rows in shop" in what] == [
            "1 rows: id 0"
        ]
    finally:
        drills.sql("d1", "delete from orders where id = 0")


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [("load", -1, "is busy: its load is"), ("free", 99, "99 % of"), ("kinds", {}, "restore: is not declared for d2")],
)
def test_a_host_that_is_busy_or_short_of_disk_refuses(drills: Depot, key: str, value: object, reason: str) -> None:
    told = "/etc/pgsteward/shop/steward.json"
    document = json.loads(drills.lab.ssh("d2", f"cat {told}"))
    document["drills"][key] = value
    before = len(reports(drills))
    try:
        drills.lab.ssh("d2", f"cp {told} {told}.kept; cat > {told} <<'END'\n{json.dumps(document)}\nEND")
        code, said = drills.attempt("d2", "steward drill restore shop")
    finally:
        drills.lab.ssh("d2", f"mv {told}.kept {told}")
    assert (code, reason in said, "HINT" in said) == (1, True, True), said
    assert len(reports(drills)) == before  # it was no drill
    assert nothing_left(drills)


def test_a_tablespace_that_the_backup_does_not_know_yet_is_left_alone(drills: Depot) -> None:
    """Replay would make it in the very place where the standby's own is, and PostgreSQL empties that first."""
    for node in ("d1", "d2"):
        drills.lab.ssh(node, "install -d -o postgres -g postgres /srv/newer")
    drills.sql("d1", "create tablespace newer location '/srv/newer'")
    drills.sql("d1", "create table aside tablespace newer as select g from generate_series(1, 1000) g")
    files = "find /srv/newer -type f -size +0 | wc -l"
    eventually(lambda: drills.sql("d2", "select count(*) from aside"), ["1000"], 30)
    drills.sql("d1", "checkpoint", "postgres")
    before = drills.lab.ssh("d2", files)
    try:
        code, found = drill(drills, "restore")
        assert (code, found["problems"]) == (1, ["/srv/newer: is a tablespace that this backup does not know yet"])
        assert drills.lab.ssh("d2", files) == before != "0\n"
        assert nothing_left(drills)
    finally:
        drills.sql("d1", "drop table aside")
        drills.sql("d1", "drop tablespace newer")
        for repository in ("near", "far"):
            drills.postgres("dr", f"steward backup shop {repository} full")
    assert drill(drills, "restore")[0] == 0


def test_what_no_drill_has_made_is_not_removed_by_one(drills: Depot) -> None:
    place = "/var/lib/postgresql/drills/shop"
    drills.lab.ssh("d2", f"install -d -o postgres {place}/data && touch {place}/data/PG_VERSION")
    try:
        code, said = drills.attempt("d2", "steward drill restore shop")
        assert (code, f"{place}: is there, and no drill has made it" in said, "HINT" in said) == (1, True, True), said
        assert drills.lab.ssh("d2", f"ls {place}/data") == "PG_VERSION\n"
    finally:
        drills.lab.ssh("d2", f"rm -r {place}")
    assert drill(drills, "restore")[0] == 0


def test_the_primary_of_the_moment_refuses(drills: Depot) -> None:
    told = "/etc/pgsteward/shop/steward.json"
    document = drills.lab.ssh("d2", f"cat {told}").replace("'", "")
    try:
        drills.lab.ssh("d1", f"cp {told} {told}.kept; cat > {told} <<'END'\n{document}\nEND")
        code, said = drills.attempt("d1", "steward drill restore shop")
    finally:
        drills.lab.ssh("d1", f"mv {told}.kept {told}")
    assert (code, "is the primary now, which has better things to do" in said) == (1, True), said


@pytest.mark.parametrize("how", one_first(["kill -9", "reboot"], "kill -9", reason=ANOTHER_CASE))
def test_a_drill_that_is_cut_short_leaves_production_alone_and_nothing_after_the_next(drills: Depot, how: str) -> None:
    started = drills.sql("d1", "select pg_postmaster_start_time()", "postgres")
    socket = "/var/lib/postgresql/drills/shop/data/pgsteward-socket/.s.PGSQL.15431"
    begin = f"({crons('restore')}) > /dev/null 2>&1 & until [ -S {socket} ]; do sleep 0.02; done"
    if how == "kill -9":
        drills.lab.ssh("d2", f"{begin}; kill -9 $(pgrep -f '[s]teward.pyz drill restore')")
        eventually(lambda: drills.lab.ssh("d2", "ps -eo args | grep -c '[p]ostgresql/drills'; true"), "0\n", 10)
    else:
        drills.lab.ssh("d2", begin)
        faults.power_cut(drills.lab.plan, "d2")
        faults.start(drills.lab.plan, "d2")
        eventually(lambda: drills.sql("d1", "select state from pg_stat_replication", "postgres"), ["streaming"], 60)
    assert not nothing_left(drills)
    assert drills.found("d2", "shop", "drill-restore was killed before its end")
    assert drills.sql("d1", "select pg_postmaster_start_time()", "postgres") == started
    # not `pitr`: its moment may lie where the test of a broken assertion had its row
    code, found = drill(drills, "restore")
    assert (code, found["problems"]) == (0, [])
    assert nothing_left(drills)
    assert [one for one in drills.check("d2", "shop") if "drill" in one["where"]] == []
    eventually(lambda: drills.check("dr", "shop"), [], 120)
    assert last(drills)["ok"]
