"""Restores land where asked, or are refused with what can be reached; and all comes back from the bucket alone."""

import json
import re
import time

import pytest

from lab import life

from ...tiers import one_first
from ..operator import eventually
from .depot import PRIMARIES, Depot

ALL = pytest.mark.parametrize("node", one_first(PRIMARIES, "k1"))


def written(depot: Depot, node: str) -> dict[str, str]:
    """Rows 1 to 4 in a table, and a target of each kind between the second and the third."""
    depot.sql(node, "create table if not exists seen (number int, at timestamptz default clock_timestamp())")
    depot.sql(node, "truncate seen")
    depot.sql(node, "insert into seen values (1)")
    xid = depot.sql(node, "insert into seen values (2) returning xmin")[0]
    targets = {"xid": xid, "lsn": depot.sql(node, "select pg_current_wal_insert_lsn()")[0]}
    depot.sql(node, "select pg_create_restore_point('before-it-happened')")
    targets["name"] = "before-it-happened"
    time.sleep(1.5)
    targets["time"] = depot.sql(node, "select clock_timestamp()")[0]
    time.sleep(1.5)
    depot.sql(node, "insert into seen values (3)")
    time.sleep(1.2)
    depot.sql(node, "insert into seen values (4)")
    targets["end"] = ""
    return targets


@pytest.fixture(scope="module")
def targets(backups: Depot) -> dict[str, dict[str, str]]:
    return {node: written(backups, node) for node in backups.primaries}


@ALL
@pytest.mark.parametrize("kind", ["time", "lsn", "xid", "name", "end"])
def test_a_restore_beside_production_lands_on_its_target(
    backups: Depot, targets: dict[str, dict[str, str]], node: str, kind: str
) -> None:
    cluster = PRIMARIES[node][0]
    repository = "far" if kind in ("xid", "end") else "near"
    option = f"'--{kind}={targets[node][kind]}'" if kind != "end" else "--end"
    said = backups.postgres(node, f"steward restore beside {cluster} {option} --repository={repository} --json")
    found = json.loads(said)
    psql = f"psql -XqAt -h {found['directory']}/pgsteward-socket -p {found['port']} -d shop -c"
    try:
        rows = backups.postgres(node, f"{psql} 'select number from seen order by number'").split()
        assert rows == (["1", "2", "3", "4"] if kind == "end" else ["1", "2"])
        assert found["plan"]["repository"] == repository
        assert found["proof"]["compared"] is True
        assert found["proof"]["lost"] >= 0
        settings = (
            "select setting from pg_settings where name in ('archive_mode', 'primary_conninfo', 'listen_addresses')"
        )
        assert set(backups.postgres(node, f'{psql} "{settings}"').splitlines()) == {"off", ""}
    finally:
        backups.postgres(node, f"steward restore tidy {cluster} {found['directory'].rpartition('/')[2]}")
    assert backups.postgres(node, f"steward restore list {cluster}") == ""
    assert backups.check(node, cluster) == []


@ALL
def test_a_backup_by_its_label_comes_back_as_it_was_when_it_ended(backups: Depot, node: str) -> None:
    cluster = PRIMARIES[node][0]
    label = json.loads(backups.postgres(node, f"steward status {cluster}"))["repositories"][0]["backups"][-1]["label"]
    found = json.loads(backups.postgres(node, f"steward restore beside {cluster} --set={label} --json"))
    psql = f"psql -XqAt -h {found['directory']}/pgsteward-socket -p {found['port']} -d postgres -c"
    assert backups.postgres(node, f"{psql} 'select pg_is_in_recovery()'") == "f\n"
    assert found["plan"]["backup"] == label
    backups.postgres(node, f"steward restore tidy {cluster} {found['directory'].rpartition('/')[2]}")


@ALL
def test_a_target_outside_the_window_is_refused_with_the_window(
    backups: Depot, targets: dict[str, dict[str, str]], node: str
) -> None:
    cluster = PRIMARIES[node][0]
    for option, reason in (
        ("--time=2020-01-01 00:00:00Z", "time 2020-01-01 00:00:00Z cannot be reached"),
        ("--time=2100-01-01 00:00:00Z", "time 2100-01-01 00:00:00Z cannot be reached"),
        ("--lsn=FFFF/0", "lsn FFFF/0 cannot be reached"),
        ("--lsn=0/10", "lsn 0/10 cannot be reached"),
        ("--name=nowhere", "a restore point nowhere is nowhere in the archive"),
        ("--xid=4000000000", "transaction 4000000000 is nowhere in the archive"),
        ("--set=20200101-000000F", "there is no backup 20200101-000000F that can be restored"),
    ):
        code, said = backups.attempt(node, f"steward restore plan {cluster} --repository=near '{option}'")
        assert (code, reason in said) == (1, True), said
        assert re.search(r"HINT: reachable: from 20\S+ \S+ \(\S+, backup \S+\) to 20\S+ \S+ \(\S+\)", said), said


@ALL
def test_one_database_and_one_table_come_back(backups: Depot, targets: dict[str, dict[str, str]], node: str) -> None:
    cluster, moment = PRIMARIES[node][0], targets[node]["time"]
    found = json.loads(
        backups.postgres(node, f"steward restore beside {cluster} '--time={moment}' --database=shop --json")
    )
    psql = f"psql -XqAt -h {found['directory']}/pgsteward-socket -p {found['port']} -d shop -c"
    assert backups.postgres(node, f"{psql} 'select count(*) from seen'") == "2\n"
    backups.postgres(node, f"steward restore tidy {cluster} {found['directory'].rpartition('/')[2]}")
    backups.sql(node, "delete from seen where number = 1")
    limit = ("--limit", node, "--data", f"time={moment}", "--data", "table=shop.public.seen")
    outcome = backups.operator.pyinfra("-y", *limit, deploy="backup/restore.py")
    assert outcome.code == 0, outcome.said
    assert "2 rows are in" in outcome.said
    assert backups.sql(node, "select number from restored.seen order by 1") == ["1", "2"]
    again = backups.operator.pyinfra("-y", *limit, deploy="backup/restore.py")
    assert again.code == 1
    assert "is there already" in again.said
    backups.sql(node, "insert into seen select * from restored.seen where number = 1")
    backups.sql(node, "drop schema restored cascade")
    assert backups.postgres(node, f"steward restore list {cluster}") == ""


def restore(depot: Depot, **data: str) -> str:
    words = [word for key, value in data.items() for word in ("--data", f"{key}={value}")]
    outcome = depot.operator.pyinfra("-y", *words, deploy="backup/restore.py")
    assert outcome.code == 0, outcome.said
    return outcome.said


def test_what_is_wrong_with_an_order_is_said_before_any_host_is_touched(backups: Depot) -> None:
    for data, reason in (
        ({"in_place": "thirten"}, "there is no cluster thirten"),
        ({"in_place": "thirteen", "time": "yesterday"}, "'yesterday' is not a moment with its offset"),
        ({"in_place": "thirteen", "lsn": "0/1", "xid": "1"}, "lsn and xid name more than one"),
        ({"time": "2026-01-01 00:00Z"}, "choose a node with --limit"),
    ):
        words = [word for key, value in data.items() for word in ("--data", f"{key}={value}")]
        outcome = backups.operator.pyinfra("-y", *words, deploy="backup/restore.py")
        assert (outcome.code, reason in outcome.said) == (1, True), outcome.said
        assert "Traceback" not in outcome.said


def test_an_unreachable_target_leaves_a_cluster_alone(backups: Depot) -> None:
    started = backups.sql("k1", "select pg_postmaster_start_time()")
    words = ("--data", "in_place=thirteen", "--data", "time=2100-01-01 00:00:00Z")
    outcome = backups.operator.pyinfra("-y", *words, deploy="backup/restore.py")
    assert outcome.code != 0
    assert "HINT: reachable: from" in outcome.said
    assert backups.sql("k1", "select pg_postmaster_start_time()") == started
    assert backups.sql("k1", "select count(*) from pg_stat_replication") == ["1"]


def test_a_cluster_goes_back_in_time_twice_and_its_standby_follows(backups: Depot) -> None:
    for turn in (1, 2):
        backups.sql("k1", f"create table turn_{turn} as select generate_series(1, 100) as number")
        time.sleep(2.5)
        moment = backups.sql("k1", "select clock_timestamp()")[0]
        time.sleep(2.5)
        backups.sql("k1", f"drop table turn_{turn}")
        said = restore(backups, in_place="thirteen", time=moment)
        assert "proved by the rows around it" in said
        for node in ("k1", "k2"):
            count = f"select count(*) from turn_{turn}"
            eventually(lambda node=node, count=count: backups.sql(node, count), ["100"], 30)  # type: ignore[misc]
        assert backups.sql("k1", "select state from pg_stat_replication") == ["streaming"]
        kept = backups.postgres("k1", "steward restore list thirteen").split()
        assert len(kept) == turn
        eventually(lambda: backups.check("k1", "thirteen"), [], 120)
    for name in kept:
        backups.postgres("k1", f"steward restore tidy thirteen {name}")
    assert backups.operator.plan("--limit", "thirteen").planned == {}
    label = json.loads(backups.postgres("kr", "pgbackrest --stanza=thirteen --repo=1 --output=json info"))[0]["backup"][
        -1
    ]
    assert label["archive"]["start"].startswith("00000003")


@pytest.mark.long("the runbook of a total loss is followed in drills/beside, and a drill disaster does the same")
def test_everything_but_the_bucket_is_lost_and_comes_back_on_fresh_hosts(backups: Depot) -> None:
    backups.sql(
        "k1", "create table survives as select g as number, md5(g::text) as what from generate_series(1, 5000) g"
    )
    backups.archived("k1")
    content = "select count(*), md5(string_agg(what, '' order by number)) from survives"
    wanted = backups.sql("k1", content)
    for node in ("k1", "k2", "kr"):
        life.reset(backups.lab.plan, node)
    refused = backups.operator.pyinfra("-y", "--limit", "thirteen")
    assert refused.code != 0
    assert "far holds backups of thirteen" in refused.said
    said = restore(backups, in_place="thirteen")
    assert "restored to the end of the archive from far" in said
    assert backups.sql("k1", content) == wanted
    eventually(lambda: backups.sql("k2", content), wanted, 60)
    assert backups.sql("k1", "select state from pg_stat_replication") == ["streaming"]
    assert backups.operator.plan("--limit", "thirteen").planned == {}
    eventually(lambda: backups.check("k1", "thirteen"), [], 150)
    assert backups.check("kr", "thirteen") == []
