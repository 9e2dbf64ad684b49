"""WAL reaches every repository, and each holds backups of this cluster that are whole and fresh."""

import json
from typing import Any

import pytest

from fleet import pgbackrest, schedule

from .conftest import Target, until

SLACK = 2 * 3600  # seconds that a backup may take, and a job be late


@pytest.fixture
def keeping(node: Target) -> tuple[str, ...]:
    """The repositories that the node keeps; a node without any is not asked."""
    names = pgbackrest.keepers(node.cluster).get(node.name, ())
    if not names:
        pytest.skip(f"{node.name} keeps no repository")
    return names


def info(node: Target) -> dict[str, Any]:
    """pgBackRest's own account of the cluster."""
    said = node.host.check_output("cd / && runuser -u postgres -- pgbackrest --output=json info")
    return next(one for one in json.loads(said) if one["name"] == node.cluster_name)


def of_repository(items: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    return [one for one in items if one["database"]["repo-key"] == number]


@pytest.mark.duty("primary", "repository")
def test_every_repository_holds_backups_of_this_cluster_without_an_error(
    node: Target, primary: Target, keeping: tuple[str, ...]
) -> None:
    system = primary.sql("select system_identifier::text as id from pg_control_system()")[0]["id"]
    seen = info(node)
    assert {str(one["system-id"]) for one in seen["db"]} == {system}
    for name in keeping:
        number, _ = pgbackrest.numbered(node.cluster.backups)[name]
        backups = of_repository(seen["backup"], number)
        labels = {one["label"] for one in backups}
        assert any(one["type"] == "full" for one in backups), name
        assert [one["label"] for one in backups if one["error"]] == [], name
        assert all(set(one["reference"] or ()) <= labels for one in backups), name


@pytest.mark.duty("primary", "repository")
def test_the_newest_backup_of_every_repository_is_as_fresh_as_the_schedule_says(
    node: Target, keeping: tuple[str, ...]
) -> None:
    wanted = node.cluster.backups.schedule
    words = [one for one in (wanted.full, wanted.differential, wanted.incremental) if one]
    pause = min(schedule.parse(one).longest_pause for one in words)
    now = int(node.host.check_output("date +%s"))
    for name in keeping:
        number, _ = pgbackrest.numbered(node.cluster.backups)[name]
        newest = max(one["timestamp"]["stop"] for one in of_repository(info(node)["backup"], number))
        assert now - newest <= pause + SLACK, name


@pytest.mark.duty("primary", "repository")
def test_what_the_primary_archived_last_is_in_every_repository(
    node: Target, primary: Target, keeping: tuple[str, ...]
) -> None:
    """PostgreSQL's own word for "archived" is not proof; the repository's is."""

    def behind() -> list[str]:
        last = primary.sql("select last_archived_wal as wal from pg_stat_archiver")[0]["wal"].split(".")[0]
        archive = info(node)["archive"]
        numbers = {name: pgbackrest.numbered(node.cluster.backups)[name][0] for name in keeping}
        return [name for name, number in numbers.items() if of_repository(archive, number)[-1]["max"] < last]

    assert until(behind, [], 30)


@pytest.mark.duty("primary")
def test_archiving_does_not_fail(node: Target) -> None:
    if not node.cluster.backups:
        pytest.skip(f"{node.cluster_name} declares no backups")
    query = "select last_failed_time is null or last_archived_time > last_failed_time as good from pg_stat_archiver"
    assert node.sql(query) == [{"good": True}]


@pytest.mark.duty("primary", "repository")
def test_no_backup_job_failed(node: Target, keeping: tuple[str, ...]) -> None:
    last: dict[tuple[str, str], int] = {}
    for line in node.host.check_output("cat /var/log/pgsteward/jobs.jsonl").splitlines():
        job = json.loads(line)
        if job["cluster"] == node.cluster_name:
            last[job["repository"], job["kind"]] = job["exit"]
    assert {job: code for job, code in last.items() if code} == {}


@pytest.mark.duty("primary", "standby", "repository")
def test_the_credentials_of_repositories_are_for_postgres_alone(node: Target) -> None:
    if not node.cluster.backups:
        pytest.skip(f"{node.cluster_name} declares no backups")
    file = node.host.file(pgbackrest.CONFIGURATION)
    assert (file.user, file.group, file.mode) == ("postgres", "postgres", 0o640)
