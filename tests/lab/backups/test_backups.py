"""WAL and backups on three releases: into a host and a bucket, encrypted, by cron, from the first start."""

import json
import re
import subprocess

import pytest

from ...tiers import one_first
from ..operator import eventually
from .conftest import First
from .depot import KEEPERS, PLACES, PRIMARIES, Depot

MARK = "a sentence that nobody may find in a repository"
ALL_KEEPERS = {**{keeper: PRIMARIES[node][0] for node, keeper in KEEPERS.items()}, "s1": "solo"}


def keepers(depot: Depot) -> set[str]:
    """The nodes of this tier's lab that take backups."""
    return {KEEPERS[node] for node in depot.primaries} | {"s1"}


def test_the_plan_names_what_the_run_then_does(first: First, blank: Depot) -> None:
    assert first.run.changed.keys() <= first.plan.planned.keys()
    assert first.plan.planned["Backups: every repository holds a full one"] == keepers(blank)


def test_a_second_run_changes_nothing(first: First, backups: Depot) -> None:
    assert backups.operator.plan().planned == {}
    assert backups.operator.deploy().changed == {}


def test_archiving_was_on_from_the_first_start(backups: Depot) -> None:
    for node, (cluster, version) in backups.primaries.items():
        log = backups.lab.ssh(node, f"cat /var/log/postgresql/postgresql-{version}-{cluster}.log")
        assert log.count("starting PostgreSQL") == 1
        assert backups.sql(node, "show archive_mode") == ["on"]


def test_the_acceptance_tests_pass(backups: Depot) -> None:
    backups.operator.verify()


@pytest.mark.parametrize("node", one_first(PRIMARIES, "k1", "b1"))
def test_a_fresh_deploy_is_good_on_every_node(backups: Depot, node: str) -> None:
    cluster = PRIMARIES[node][0]
    eventually(lambda: backups.check(node, cluster), [], 90)
    assert backups.check(KEEPERS[node], cluster) == []
    seen = json.loads(backups.postgres(node, f"steward status {cluster}"))
    assert [one["name"] for one in seen["repositories"]] == ["near", "far"]
    assert all(0 <= one["archive_age_seconds"] < 60 for one in seen["repositories"])


@pytest.mark.parametrize("keeper", one_first(ALL_KEEPERS, "kr", "s1"))
def test_crons_own_commands_run_and_are_on_record(backups: Depot, keeper: str) -> None:
    cluster = ALL_KEEPERS[keeper]
    lines = backups.lab.ssh(keeper, f"grep -h ' in ' /etc/cron.d/pgsteward-{cluster}").splitlines()
    commands = [line[line.index("/usr/local") :].removesuffix(" ;; esac") for line in lines]
    wanted = [one for one in commands if one.split()[1] in ("expire", "verify", "amcheck") or one.endswith(" diff")]
    for command in wanted:
        backups.postgres(keeper, command)
    ended = {(one["job"], one.get("repository", "")): one["exit"] for one in backups.jobs(keeper)}
    assert {job: code for job, code in ended.items() if code} == {}
    assert {(command.split()[1], *command.split()[3:4]) for command in wanted} <= {
        tuple(part for part in job if part) for job in ended
    }
    metrics = backups.lab.ssh(keeper, "cat /var/lib/pgsteward/metrics/*.prom")
    assert f'pgsteward_backup_exit_code{{cluster="{cluster}"' in metrics
    assert f'pgsteward_verify_last_success_timestamp_seconds{{cluster="{cluster}"' in metrics


def test_a_backup_is_one_command_away(backups: Depot) -> None:
    refused = backups.operator.pyinfra("-y", "--data", "kind=weekly", deploy="backup/take.py")
    assert refused.code == 1
    assert "HINT: --data kind= one of full, diff, incr" in refused.said
    outcome = backups.operator.pyinfra("-y", deploy="backup/take.py")
    assert outcome.code == 0, outcome.said
    for keeper in keepers(backups):
        last = [one for one in backups.jobs(keeper) if one["job"] == "backup"][-1]
        assert (last["kind"], last["exit"]) == ("incr", 0)


def test_what_was_written_is_nowhere_to_be_read_in_a_repository(backups: Depot) -> None:
    for node, (cluster, _) in backups.primaries.items():
        backups.sql(node, f"create table secrets as select '{MARK}' as what from generate_series(1, 1000)")
        backups.archived(node)
        for repository in ("near", "far"):
            backups.postgres(KEEPERS[node], f"steward backup {cluster} {repository} full")
        host, path = KEEPERS[node], PLACES[KEEPERS[node]]
        assert backups.lab.ssh(host, f"find {path} -type f | wc -l") != "0\n"
        assert backups.lab.ssh(host, f"grep -rlF '{MARK}' {path}; true") == ""
    bucket = backups.lab.directory / "s3"
    assert any(path.is_file() and "backup" in str(path) for path in bucket.rglob("*"))
    assert subprocess.run(["grep", "-rlF", MARK, str(bucket)], capture_output=True, text=True).stdout == ""


def test_a_standby_whose_slot_is_gone_catches_up_from_the_archive(backups: Depot) -> None:
    backups.lab.ssh("k2", "systemctl stop postgresql@17-thirteen")
    backups.sql("k1", "select pg_drop_replication_slot('k2')")
    for _ in range(3):
        backups.sql("k1", "insert into secrets select 'more' from generate_series(1, 1000)")
        backups.archived("k1")
    backups.sql("k1", "checkpoint")
    backups.lab.ssh("k2", "systemctl start postgresql@17-thirteen")
    count = "select count(*) from secrets"
    eventually(lambda: backups.sql("k2", count), backups.sql("k1", count), 60)
    assert backups.found("k1", "thirteen", "standby k2 does not stream")
    streams = {"Primary: a replication slot for each standby", "Standby: it streams"}
    assert backups.operator.plan().planned.keys() == streams
    backups.operator.deploy()
    eventually(lambda: backups.operator.plan().planned, {}, 60)


def test_a_lost_standby_is_built_from_a_repository(backups: Depot) -> None:
    backups.lab.ssh("k2", "systemctl stop postgresql@17-thirteen; rm -rf /var/lib/postgresql/17/thirteen/*")
    backups.operator.deploy()
    last = backups.jobs("k2")[-1]
    assert (last["job"], last["kind"], last["exit"]) == ("restore", "standby", 0)
    assert re.fullmatch(r"\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?", last["backup"])
    count = "select count(*) from secrets"
    eventually(lambda: backups.sql("k2", count), backups.sql("k1", count), 60)
    assert backups.operator.plan().planned == {}


def test_no_secret_of_a_repository_shows(first: First, backups: Depot) -> None:
    hidden = [value for name, value in backups.operator.secrets.items() if name.count("/") == 2]
    assert len(hidden) == 4 * len(backups.primaries) + 3  # a cipher for each repository, two keys for each bucket
    said = backups.operator.pyinfra("-y").said + first.plan.said + first.run.said + json.dumps(first.run.result)
    assert [value for value in hidden if value in said] == []
    for node in (host.name for host in backups.lab.plan.hosts):
        listed = "\n".join(hidden)
        search = "grep -rlFf /dev/stdin /var/log /etc /tmp /run /usr/local /var/lib/pgsteward 2>/dev/null"
        found = backups.lab.ssh(node, f"{search} <<'EOF'\n{listed}\nEOF\ntrue").split()
        assert set(found) <= {"/etc/pgbackrest/pgbackrest.conf"}, node
        if found:
            assert backups.lab.ssh(node, f"stat -c '%a %U:%G' {found[0]}") == "640 postgres:postgres\n"


def test_migrations_wait_for_a_young_backup_and_for_standbys_and_never_run_on_one(backups: Depot) -> None:
    assert backups.attempt("k1", "steward ready thirteen --backup 86400 --behind 60 --transaction 300") == (0, "")
    code, said = backups.attempt("k1", "steward ready thirteen --backup 0")
    assert (code, "backup: the newest is" in said) == (1, True)
    code, said = backups.attempt("k2", "steward ready thirteen")
    assert (code, "its server is a standby" in said) == (1, True)
    backups.lab.ssh("k2", "systemctl stop postgresql@17-thirteen")
    try:
        code, said = backups.attempt("k1", "steward ready thirteen --behind 60")
        assert (code, "standby k2: does not stream" in said) == (1, True)
    finally:
        backups.lab.ssh("k2", "systemctl start postgresql@17-thirteen")
    eventually(lambda: backups.attempt("k1", "steward ready thirteen --behind 60")[0], 0, 30)
