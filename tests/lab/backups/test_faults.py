"""Each fault that pgBackRest calls "ok" (facts, section 2.5) turns our health red on three releases, by its name."""

import json

import pytest
import yaml

from ...tiers import one_first
from ..operator import eventually
from .depot import KEEPERS, PLACES, PRIMARIES, Depot

ALL = pytest.mark.parametrize("node", one_first(PRIMARIES, "b1"))


def info(depot: Depot, node: str) -> tuple[int, str]:
    """pgBackRest's own opinion: the code of its status and its word."""
    cluster = PRIMARIES[node][0]
    seen = json.loads(depot.postgres(KEEPERS[node], f"pgbackrest --stanza={cluster} --repo=1 --output=json info"))
    return seen[0]["status"]["code"], seen[0]["status"]["message"]


def full(depot: Depot, node: str) -> str:
    """A full backup into the host's repository, and a differential one on top of it; the full one's label."""
    cluster, keeper = PRIMARIES[node][0], KEEPERS[node]
    depot.postgres(keeper, f"steward backup {cluster} near full")
    depot.postgres(keeper, f"steward backup {cluster} near diff")
    seen = json.loads(depot.postgres(keeper, f"pgbackrest --stanza={cluster} --repo=1 --output=json info"))
    return [str(one["label"]) for one in seen[0]["backup"] if one["type"] == "full"][-1]


def bundle(depot: Depot, node: str, label: str) -> str:
    """The largest file of a backup."""
    path = f"{PLACES[KEEPERS[node]]}/backup/{PRIMARIES[node][0]}/{label}"
    return depot.lab.ssh(
        KEEPERS[node], f"find {path} -type f -path '*bundle*' -size +200k | xargs ls -S | head -n 1"
    ).strip()


def mended(depot: Depot, node: str) -> None:
    """New backups, and everything is good again but what stays as a note."""
    cluster, keeper = PRIMARIES[node][0], KEEPERS[node]
    for _ in range(2):  # the second expires what the first made superfluous
        depot.postgres(keeper, f"steward backup {cluster} near full")
    depot.postgres(keeper, f"steward verify {cluster} near")
    eventually(lambda: depot.check(keeper, cluster), [], 60)


@ALL
@pytest.mark.parametrize("how", ["bytes are flipped", "it is deleted"])
def test_a_damaged_file_in_a_repository_is_found_with_all_that_depends_on_it(
    backups: Depot, node: str, how: str
) -> None:
    cluster, keeper = PRIMARIES[node][0], KEEPERS[node]
    label = full(backups, node)
    path = bundle(backups, node, label)
    flip = f"printf '\\377\\000\\377\\000' | dd of={path} bs=1 seek=100000 conv=notrunc status=none"
    backups.lab.ssh(keeper, flip if how == "bytes are flipped" else f"rm {path}")
    assert info(backups, node)[0] == 0  # so much for pgBackRest's own word
    code, said = backups.attempt(keeper, f"steward verify {cluster} near")
    assert (code, label in said) == (1, True)
    assert backups.found(keeper, cluster, f"near {label} verification")
    assert backups.found(keeper, cluster, f"near {label}_ cannot be restored {label}")  # the differential one
    status = backups.operator.status()
    assert (status.returncode, label in status.stdout) == (1, True), status.stdout + status.stderr
    mended(backups, node)


@ALL
def test_wal_dropped_at_the_queues_bound_is_a_hole_and_gets_a_new_full_backup(backups: Depot, node: str) -> None:
    """Both repositories are away; what waits passes the bound, and pgBackRest tells PostgreSQL that it is archived."""
    cluster, keeper = PRIMARIES[node][0], KEEPERS[node]
    conf = "/etc/pgbackrest/pgbackrest.conf"
    backups.lab.ssh(node, f"sed -i.kept 's/^archive-push-queue-max=.*/archive-push-queue-max=64MiB/' {conf}")
    quick = "s/^repo2-s3-bucket=.*/repo2-s3-bucket=nowhere/; s/^io-timeout=.*/io-timeout=1/"
    backups.lab.ssh(node, f"sed -i '{quick}' {conf}")
    backups.lab.ssh(keeper, "systemctl stop pgbackrest")
    for number in range(12):
        backups.sql(node, f"create table lost_{number} (); drop table lost_{number}; select pg_switch_wal()")
    log = f"grep -h 'dropped WAL' /var/log/pgbackrest/{cluster}-archive-push*.log /var/log/postgresql/*.log | wc -l"
    eventually(lambda: int(backups.lab.ssh(node, log)) > 0, True, 240)
    backups.lab.ssh(node, f"mv {conf}.kept {conf}")
    backups.lab.ssh(keeper, "systemctl start pgbackrest")
    for _ in range(3):
        backups.archived(node)
    assert info(backups, node)[0] == 0
    eventually(lambda: backups.found(node, cluster, "near WAL is missing"), True, 120)
    eventually(lambda: backups.found(node, cluster, "far WAL is missing"), True, 120)
    backups.attempt(keeper, f"steward check {cluster}")  # what cron does: it finds the same, and answers it
    last = [one for one in backups.jobs(keeper) if one["job"] == "backup"][-2:]
    assert {(one["repository"], one["kind"], one["exit"]) for one in last} == {("near", "full", 0), ("far", "full", 0)}
    eventually(lambda: backups.check(keeper, cluster), [], 60)
    alarms = [one["what"] for one in backups.jobs(keeper) if one["job"] == "alarm"]
    assert any("WAL is missing" in what for what in alarms)


@ALL
def test_a_restore_across_a_hole_is_refused_with_what_can_be_reached(backups: Depot, node: str) -> None:
    """After the test before: the log has a hole, and a backup behind it."""
    cluster = PRIMARIES[node][0]
    seen = json.loads(backups.postgres(node, f"steward status {cluster}"))
    oldest = seen["repositories"][0]["backups"][0]
    assert seen["repositories"][0]["holes"]
    missing = seen["repositories"][0]["holes"][0][:24]
    size = 16 << 20
    number = int(missing[8:16], 16) * 256 + int(missing[16:], 16)
    inside = f"{(number * size) >> 32:X}/{(number * size + 100) & 0xFFFFFFFF:X}"
    code, said = backups.attempt(node, f"steward restore plan {cluster} --repository=near --lsn={inside}")
    assert code == 1
    assert f"lsn {inside} cannot be reached" in said
    assert said.count("backup ") >= 2, oldest  # one stretch before the hole, one behind it


@ALL
def test_another_cluster_in_the_place_of_this_one_is_found(backups: Depot, node: str) -> None:
    """A new initdb under the same stanza: `info` stays ok, archiving fails."""
    cluster, version = PRIMARIES[node]
    data = f"/var/lib/postgresql/{version}/{cluster}"
    initdb = f"runuser -u postgres -- /usr/lib/postgresql/{version}/bin/initdb -D {data} > /dev/null"
    aside = f"systemctl stop postgresql@{version}-{cluster}; mv {data} {data}.true"
    try:
        backups.lab.ssh(node, f"set -e; cd /; {aside}; install -d -o postgres -m 0700 {data}; {initdb}")
        backups.lab.ssh(node, f"systemctl start postgresql@{version}-{cluster}")
        assert backups.found(node, cluster, "near another cluster system identifier")
        assert backups.found(node, cluster, "far another cluster system identifier")
    finally:
        back = f"systemctl stop postgresql@{version}-{cluster}; rm -r {data}; mv {data}.true {data}"
        backups.lab.ssh(node, f"{back}; rm -rf /var/spool/pgbackrest/archive/{cluster}")
        backups.lab.ssh(node, f"systemctl start postgresql@{version}-{cluster}")
    backups.archived(node)
    eventually(lambda: backups.check(node, cluster), [], 150)


@ALL
def test_a_killed_backup_is_told_and_the_next_one_succeeds(backups: Depot, node: str) -> None:
    cluster, keeper = PRIMARIES[node][0], KEEPERS[node]
    begun = f"/var/lib/pgsteward/{cluster}/begun/backup-near-full.json"
    run = f"(runuser -u postgres -- steward backup {cluster} near full > /dev/null 2>&1 &)"
    wait = f"until [ -f {begun} ]; do sleep 0.02; done"
    kill = f"pkill -9 -f 's[t]eward.pyz backup'; pkill -9 -f 'stanza={cluster} .*[b]ackup'; true"
    backups.lab.ssh(keeper, f"cd /; {run}; {wait}; {kill}")
    assert backups.found(keeper, cluster, "backup-near-full killed")
    backups.lab.ssh(keeper, "systemctl restart pgbackrest")
    eventually(lambda: backups.attempt(keeper, f"steward backup {cluster} near full")[0], 0, 30)
    assert -9 in [one.get("exit") for one in backups.jobs(keeper)]
    assert backups.check(keeper, cluster) == []


@ALL
def test_a_page_with_a_bad_checksum_is_reported_by_the_backup_and_stays_red(backups: Depot, node: str) -> None:
    cluster, version = PRIMARIES[node]
    keeper, data = KEEPERS[node], f"/var/lib/postgresql/{version}/{cluster}"
    read = {"k1": "k2"}.get(node, node)  # backups are read from a standby where there is one
    rows = "select repeat('x', 500) as filler from generate_series(1, 2000)"
    # a vacuum would write the good page from memory over the bad one
    backups.sql(node, f"create table page with (autovacuum_enabled = off) as {rows}")
    backups.sql(node, "checkpoint")
    path = backups.sql(node, "select pg_relation_filepath('page')")[0]
    eventually(lambda: backups.sql(read, "select to_regclass('page') is null"), ["f"], 30)
    backups.sql(read, "checkpoint")
    backups.lab.ssh(read, f"printf 'rotten' | dd of={data}/{path} bs=1 seek=8500 conv=notrunc status=none")
    backups.postgres(keeper, f"steward backup {cluster} near full")
    assert info(backups, node)[0] == 0
    assert backups.found(keeper, cluster, "near pages with a bad checksum")
    assert 'state="broken"} 0' not in backups.lab.ssh(keeper, "cat /var/lib/pgsteward/metrics/*-check.prom")
    backups.sql(node, "drop table page")
    mended(backups, node)


@ALL
def test_a_damaged_index_that_only_amcheck_sees_is_found(backups: Depot, node: str) -> None:
    """The index forgets a row: every checksum is right, every backup and dump succeeds."""
    cluster, _ = PRIMARIES[node]
    for statement in (
        "create table indexed (number int)",
        "insert into indexed select generate_series(1, 1000)",
        "create index indexed_number on indexed (number)",
        "update pg_index set indisready = false where indexrelid = 'indexed_number'::regclass",
        "insert into indexed values (4711)",
        "update pg_index set indisready = true where indexrelid = 'indexed_number'::regclass",
    ):
        backups.sql(node, statement)
    backups.postgres(KEEPERS[node], f"steward backup {cluster} near diff")
    code, said = backups.attempt(node, f"steward amcheck {cluster}")
    assert code != 0
    assert "indexed_number" in said
    assert backups.found(node, cluster, "amcheck pg_amcheck found damage")
    backups.sql(node, "reindex index indexed_number")
    backups.postgres(node, f"steward amcheck {cluster}")
    eventually(lambda: backups.check(node, cluster), [], 60)


def test_a_job_that_fails_is_told_until_it_succeeds(backups: Depot) -> None:
    place = "/var/lib/pgbackrest/backup/thirteen"
    backups.lab.ssh("kr", f"chmod 0500 {place}")
    try:
        code, _ = backups.attempt("kr", "steward backup thirteen near diff")
        assert code != 0
        assert backups.found("kr", "thirteen", "backup-near-diff exit code")
    finally:
        backups.lab.ssh("kr", f"chmod 0750 {place}")
    backups.postgres("kr", "steward backup thirteen near diff")
    assert backups.check("kr", "thirteen") == []


def test_another_cipher_than_a_repository_was_made_with_is_refused_before_a_file_is_written(backups: Depot) -> None:
    file = backups.lab.environment.parent / "secrets.yml"
    right, secrets = file.read_text(encoding="utf-8"), backups.operator.secrets
    conf = {node: backups.lab.ssh(node, "sha256sum /etc/pgbackrest/pgbackrest.conf") for node in ("k1", "kr")}
    lost = [secrets.pop("thirteen/near/cipher"), secrets.pop("thirteen/far/cipher")]
    try:
        file.write_text(yaml.safe_dump(secrets), encoding="utf-8")
        backups.operator.generate_secrets()  # quietly new ones, as after a lost line
        for refused in (backups.operator.plan(), backups.operator.pyinfra("-y")):
            assert (refused.code, refused.result["results"]) == (1, None), refused.said
            for name in ("near", "far"):
                assert f"thirteen.backups.repositories.{name}: the secret thirteen/{name}/cipher is not" in refused.said
            assert "kr has it in /etc/pgbackrest/pgbackrest.conf" in refused.said
            assert "Traceback" not in refused.said
            assert not any(secret in refused.said for secret in (*lost, *backups.operator.secrets.values()))
    finally:
        file.write_text(right, encoding="utf-8")
    assert {node: backups.lab.ssh(node, "sha256sum /etc/pgbackrest/pgbackrest.conf") for node in conf} == conf
    assert backups.check("kr", "thirteen") == []
    assert backups.operator.plan().planned == {}


def test_a_cipher_that_was_overwritten_is_told_and_the_right_one_is_let_through(backups: Depot) -> None:
    """As the deploy of an older release left it: the host has a wrong one, and what it decrypts is no text."""
    conf = "/etc/pgbackrest/pgbackrest.conf"
    backups.lab.ssh("kr", f"sed -i 's/^repo1-cipher-pass=.*/repo1-cipher-pass=wrong/' {conf}")
    found = backups.check("kr", "thirteen")
    assert any("it was made with another cipher than this node has" in one["what"] for one in found), found
    code, said = backups.attempt("kr", "steward backup thirteen near incr")
    assert (code != 0, "Traceback" in said) == (True, False), said
    assert "kr" in backups.operator.plan().planned["Backups: pgBackRest is configured"]
    backups.operator.deploy("--limit", "thirteen")
    backups.postgres("kr", "steward backup thirteen near incr")  # a job that failed is told until it succeeds
    eventually(lambda: backups.check("kr", "thirteen"), [], 60)
