"""WAL and backups on three releases: into a host and a bucket, encrypted, by cron's own program, and back again."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from .environments import BACKUPS
from .operator import Operator, eventually

PRIMARIES = {"k1": ("thirteen", 17), "b1": ("twelve", 15), "f1": ("fourteen", 18)}
KEEPERS = {"k1": "kr", "b1": "b1", "f1": "fr"}
MARK = "a sentence that nobody may find in a repository"


@pytest.fixture(scope="module")
def lab(make_lab: Callable[..., Any]) -> Any:
    return make_lab("backups", BACKUPS)


@pytest.fixture(scope="module")
def backups(lab: Any) -> Operator:
    operator = Operator(lab.environment)
    store = operator.document["x-lab"]["s3"]
    known = {f"{cluster}/far/s3_key": store["key"] for cluster in ("thirteen", "twelve")}
    known |= {f"{cluster}/far/s3_secret": store["secret"] for cluster in ("thirteen", "twelve")}
    secrets = lab.environment.parent / "secrets.yml"
    secrets.touch(mode=0o600)
    secrets.write_text(yaml.safe_dump(known), encoding="utf-8")
    operator.generate_secrets()
    return operator


@pytest.fixture(scope="module")
def first(backups: Operator) -> Any:
    plan = backups.plan()
    run = backups.deploy()
    return plan, run


def sql(lab: Any, node: str, query: str, database: str = "shop") -> list[str]:
    return lab.ssh(node, f'cd /; runuser -u postgres -- psql -XqAt -d {database} -c "{query}"').splitlines()


def archived(lab: Any, node: str) -> None:
    """All that was written so far has left the node."""
    wal = sql(lab, node, "select pg_walfile_name(pg_switch_wal())")[0]
    query = f"select last_archived_wal >= '{wal}' from pg_stat_archiver"
    eventually(lambda: sql(lab, node, query), ["t"], 60)


def test_the_plan_names_what_the_run_then_does(first: Any) -> None:
    plan, run = first
    assert run.changed.keys() <= plan.planned.keys()
    assert plan.planned["Backups: every repository holds a full one"] == {"kr", "b1", "fr"}


def test_a_second_run_changes_nothing(first: Any, backups: Operator) -> None:
    assert backups.plan().planned == {}
    assert backups.deploy().changed == {}


def test_archiving_was_on_from_the_first_start(first: Any, lab: Any) -> None:
    for node, (cluster, version) in PRIMARIES.items():
        log = lab.ssh(node, f"cat /var/log/postgresql/postgresql-{version}-{cluster}.log")
        assert log.count("starting PostgreSQL") == 1
        assert sql(lab, node, "show archive_mode") == ["on"]


def test_the_acceptance_tests_pass(first: Any, backups: Operator) -> None:
    backups.verify()


@pytest.mark.parametrize("node", PRIMARIES)
def test_crons_own_program_takes_a_backup_and_records_it(first: Any, lab: Any, node: str) -> None:
    keeper, cluster = KEEPERS[node], PRIMARIES[node][0]
    lines = lab.ssh(keeper, f"grep -h /usr/local/lib/pgsteward/backup /etc/cron.d/pgsteward-{cluster}").splitlines()
    commands = [line[line.index("/usr/local") :].removesuffix(" ;; esac") for line in lines]
    differential = [command for command in commands if command.endswith(" diff")]
    for command in differential:
        lab.ssh(keeper, f"cd /; runuser -u postgres -- {command}")
    jobs = [json.loads(line) for line in lab.ssh(keeper, "cat /var/log/pgsteward/jobs.jsonl").splitlines()]
    assert len(differential) == len({job["repository"] for job in jobs})
    assert [job["exit"] for job in jobs if job["kind"] == "diff"] == [0] * len(differential)
    metrics = lab.ssh(keeper, "cat /var/lib/pgsteward/metrics/*.prom")
    assert f'pgsteward_backup_exit_code{{cluster="{cluster}"' in metrics


def test_a_backup_is_one_command_away(first: Any, backups: Operator, lab: Any) -> None:
    refused = backups.pyinfra("-y", "--data", "kind=weekly", deploy="backup/take.py")
    assert refused.code == 1
    assert "HINT: --data kind= one of full, diff, incr" in refused.said
    outcome = backups.pyinfra("-y", deploy="backup/take.py")
    assert outcome.code == 0, outcome.said
    for keeper in KEEPERS.values():
        last = json.loads(lab.ssh(keeper, "tail -n 1 /var/log/pgsteward/jobs.jsonl"))
        assert (last["kind"], last["exit"]) == ("incr", 0)


def test_the_crontab_is_one_that_cron_accepts(first: Any, lab: Any) -> None:
    for keeper in KEEPERS.values():
        assert lab.ssh(keeper, "systemctl is-active cron") == "active\n"
        assert "Error" not in lab.ssh(keeper, "journalctl -u cron -o cat")


def test_what_was_written_is_nowhere_to_be_read_in_a_repository(first: Any, lab: Any) -> None:
    for node in PRIMARIES:
        sql(lab, node, f"create table secrets as select '{MARK}' as what from generate_series(1, 1000)")
        archived(lab, node)
        keeper, cluster = KEEPERS[node], PRIMARIES[node][0]
        stanza = f"cd /; runuser -u postgres -- /usr/local/lib/pgsteward/backup {cluster}"
        number = "near 1" if keeper != node else "far 1"
        lab.ssh(keeper, f"{stanza} {number} full")
    for host, path in (("kr", "/var/lib/pgbackrest"), ("fr", "/srv/backups")):
        assert lab.ssh(host, f"find {path} -type f | wc -l") != "0\n"
        assert lab.ssh(host, f"grep -rlF '{MARK}' {path}; true") == ""
    bucket = lab.directory / "s3"
    assert any(path.is_file() and "backup" in str(path) for path in bucket.rglob("*"))
    assert subprocess.run(["grep", "-rlF", MARK, str(bucket)], capture_output=True, text=True).stdout == ""


@pytest.mark.parametrize(("node", "number"), [("k1", 1), ("k1", 2), ("b1", 1), ("f1", 1)])
def test_a_backup_comes_back_with_every_row(first: Any, lab: Any, node: str, number: int) -> None:
    """Beside production: another directory and port, no archiving; done when it has left recovery."""
    cluster, version = PRIMARIES[node]
    archived(lab, node)
    wanted = sql(lab, node, "select count(*), md5(string_agg(what, '')) from secrets")
    side, port = f"/var/lib/postgresql/side{number}", 5440 + number
    server = f"/usr/lib/postgresql/{version}/bin"
    restore = f"pgbackrest --stanza={cluster} --repo={number} --pg1-path={side} --archive-mode=off restore"
    start = f"-c config_file={side}/side.conf"
    lab.ssh(
        node,
        f"""set -e; cd /; install -d -o postgres -m 700 {side}
        runuser -u postgres -- {restore}
        runuser -u postgres -- tee {side}/side.conf > /dev/null <<'EOF'
port = {port}
listen_addresses = ''
hba_file = '/etc/postgresql/{version}/{cluster}/pg_hba.conf'
max_worker_processes = 64 # recovery compares these with the primary's
max_wal_senders = 64
max_locks_per_transaction = 256
EOF
        runuser -u postgres -- {server}/pg_ctl -D {side} -o "{start}" -l {side}/log -w start > /dev/null""",
    )
    query = f"cd /; runuser -u postgres -- psql -p {port} -XqAt"
    eventually(lambda: lab.ssh(node, f"{query} -c 'select pg_is_in_recovery()'"), "f\n", 60)
    seen = lab.ssh(node, f"{query} -d shop -c \"select count(*), md5(string_agg(what, '')) from secrets\"")
    lab.ssh(node, f"cd /; runuser -u postgres -- {server}/pg_ctl -D {side} -m immediate stop > /dev/null; rm -r {side}")
    assert seen.splitlines() == wanted


def test_a_standby_whose_slot_is_gone_catches_up_from_the_archive(first: Any, lab: Any, backups: Operator) -> None:
    lab.ssh("k2", "systemctl stop postgresql@17-thirteen")
    sql(lab, "k1", "select pg_drop_replication_slot('k2')")
    for _ in range(3):
        sql(lab, "k1", "insert into secrets select 'more' from generate_series(1, 1000)")
        archived(lab, "k1")
    sql(lab, "k1", "checkpoint")
    lab.ssh("k2", "systemctl start postgresql@17-thirteen")
    count = "select count(*) from secrets"
    eventually(lambda: sql(lab, "k2", count), sql(lab, "k1", count), 60)
    assert backups.plan().planned.keys() == {"Primary: a replication slot for each standby", "Standby: it streams"}
    backups.deploy()
    eventually(lambda: backups.plan().planned, {}, 60)


def test_no_secret_of_a_repository_shows(first: Any, lab: Any, backups: Operator) -> None:
    hidden = [value for name, value in backups.secrets.items() if name.count("/") == 2]
    assert len(hidden) == 8
    said = backups.pyinfra("-y").said + first[0].said + first[1].said + json.dumps(first[1].result)
    assert [value for value in hidden if value in said] == []
    for node in ("k1", "k2", "kr", "b1", "f1", "fr"):
        listed = "\n".join(hidden)
        search = "grep -rlFf /dev/stdin /var/log /etc /tmp /run /usr/local /var/lib/pgsteward 2>/dev/null"
        found = lab.ssh(node, f"{search} <<'EOF'\n{listed}\nEOF\ntrue").split()
        assert set(found) <= {"/etc/pgbackrest/pgbackrest.conf"}, node
        if found:
            assert lab.ssh(node, f"stat -c '%a %U:%G' {found[0]}") == "640 postgres:postgres\n"
