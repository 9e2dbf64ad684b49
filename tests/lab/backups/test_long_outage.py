"""Ten minutes without an object store, and ten without a repository's host, under a writing pgbench: the repositories
that were there have everything, and those that were away catch up without a hole.

The outage begins with the first test of the package that runs (`conftest.py`), and other modules run meanwhile.
"""

import json
import time

import pytest

from lab import faults

from ..operator import eventually
from .depot import Depot
from .environments import LONG

TEN_MINUTES = 600
HELD_UP = 150  # rpo, pgBackRest's patience with the one that is away, PostgreSQL's nap after three failures, a margin
AWAY = {"o1": ("bucket", "or"), "p1": ("hosts", "pa")}
WAITING = "select count(*) from pg_ls_archive_statusdir() where name like '%.ready'"


def age(depot: Depot, node: str, repository: str) -> float:
    """Seconds of writes that would be lost with all but this repository."""
    cluster = AWAY[node][0]
    seen = json.loads(depot.postgres(node, f"steward status {cluster}"))
    ages = {one["name"]: one["archive_age_seconds"] for one in seen["repositories"]}
    return float(ages[repository])


@pytest.fixture(scope="module")
def later(outage: float) -> None:
    """It has lasted for ten minutes."""
    time.sleep(max(0.0, outage + TEN_MINUTES - time.monotonic()))


@pytest.mark.long(LONG)
@pytest.mark.parametrize("node", AWAY)
def test_writing_goes_on_from_the_first_moment(outages: Depot, outage: float, node: str) -> None:
    assert outage
    assert outages.lab.ssh(node, "systemctl is-active writes") == "active\n"


@pytest.mark.long(LONG)
@pytest.mark.parametrize("node", AWAY)
def test_the_repository_that_is_there_has_it_all(outages: Depot, later: None, node: str) -> None:
    cluster, keeper = AWAY[node]
    assert outages.lab.ssh(node, "systemctl is-active writes") == "active\n"
    # It rises until pgBackRest has given up the one that is away once more, and falls with each segment that is in.
    eventually(lambda: age(outages, node, "near") < HELD_UP, True, HELD_UP)
    assert outages.found(node, cluster, "far")
    assert not [one for one in outages.check(keeper, cluster) if one["where"] == "repository near"]


@pytest.mark.long(LONG)
@pytest.mark.parametrize("node", AWAY)
def test_nothing_is_lost_for_the_one_that_was_away(outages: Depot, later: None, node: str) -> None:
    cluster, keeper = AWAY[node]
    if node == "o1":
        faults.s3_start(outages.lab.plan)
    else:
        faults.start(outages.lab.plan, "pb")
    eventually(lambda: int(outages.sql(node, WAITING, "postgres")[0]) <= 1, True, 240)
    outages.lab.ssh(node, "systemctl stop writes; true")
    outages.archived(node)
    eventually(lambda: outages.check(node, cluster), [], 240)
    assert age(outages, node, "far") < 90
    seen = json.loads(outages.postgres(node, f"steward status {cluster}"))
    assert [one["holes"] for one in seen["repositories"]] == [[], []]
    count = "select count(*), sum(delta) from pgbench_history"
    found = json.loads(outages.postgres(node, f"steward restore beside {cluster} --end --repository=far --json"))
    psql = f"psql -XqAt -h {found['directory']}/pgsteward-socket -p {found['port']} -d shop -c '{count}'"
    assert outages.postgres(node, psql).splitlines() == outages.sql(node, count)
    outages.postgres(node, f"steward restore tidy {cluster} {found['directory'].rpartition('/')[2]}")
    assert keeper


@pytest.mark.long(LONG)
def test_with_both_away_what_waits_is_bounded_as_declared(outages: Depot, later: None) -> None:
    """The bound is in bytes of WAL; behind it the filesystem is never filled, and the loss is an alarm."""
    bound = int(
        outages.lab.ssh("o1", "sed -n 's/^archive-push-queue-max=\\(.*\\)B/\\1/p' /etc/pgbackrest/pgbackrest.conf")
    )
    faults.s3_stop(outages.lab.plan)
    outages.lab.ssh("or", "systemctl stop pgbackrest")
    segments = bound // (16 << 20)
    outages.sql("o1", "do 'begin for i in 1..3 loop perform pg_switch_wal(); end loop; end'", "postgres")
    for _ in range(segments // 2 + 3):
        outages.sql("o1", "insert into pgbench_history (tid) values (1); select pg_switch_wal()")
    eventually(lambda: outages.found("o1", "bucket", "archive segments wait"), True, 60)
    assert int(outages.sql("o1", WAITING, "postgres")[0]) * (16 << 20) <= bound + (48 << 20)
    for _ in range(segments // 2 + 3):
        outages.sql("o1", "insert into pgbench_history (tid) values (1); select pg_switch_wal()")
    eventually(lambda: int(outages.sql("o1", WAITING, "postgres")[0]) < segments // 2, True, 180)
    outages.lab.ssh("or", "systemctl start pgbackrest")
    faults.s3_start(outages.lab.plan)
    outages.archived("o1")
    outages.archived("o1")
    eventually(lambda: outages.found("o1", "bucket", "near WAL is missing"), True, 120)
    outages.attempt("or", "steward check bucket")
    eventually(lambda: outages.check("o1", "bucket"), [], 150)


def test_cron_itself_has_looked_at_each_node_meanwhile(backups: Depot) -> None:
    for node, cluster in (("br", "twelve"), ("s2", "solo")):
        assert backups.lab.ssh(node, "systemctl is-active cron") == "active\n"
        assert "Error" not in backups.lab.ssh(node, "journalctl -u cron -o cat")
        ran = f"journalctl -u cron -o cat | grep -c 'steward check {cluster}' || true"
        eventually(lambda ran=ran, node=node: int(backups.lab.ssh(node, ran)) > 0, True, 330)  # type: ignore[misc]
