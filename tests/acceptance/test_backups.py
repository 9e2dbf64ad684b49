"""WAL reaches every repository, and each holds backups of this cluster that are whole and fresh."""

import json
from typing import Any

import pytest

from fleet import pgbackrest, steward
from fleet.environment import Repository

from .conftest import Target, until


@pytest.fixture
def keeping(node: Target) -> tuple[str, ...]:
    """The repositories that the node keeps; a node without any is not asked."""
    names = pgbackrest.keepers(node.cluster).get(node.name, ())
    if not names:
        pytest.skip(f"{node.name} keeps no repository")
    return names


def numbered(node: Target) -> dict[str, tuple[int, Repository]]:
    """The cluster's repositories with pgBackRest's numbers."""
    assert node.cluster.backups is not None
    return pgbackrest.numbered(node.cluster.backups)


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
        number, _ = numbered(node)[name]
        backups = of_repository(seen["backup"], number)
        labels = {one["label"] for one in backups}
        assert any(one["type"] == "full" for one in backups), name
        assert [one["label"] for one in backups if one["error"]] == [], name
        assert all(set(one["reference"] or ()) <= labels for one in backups), name


@pytest.mark.duty("primary", "repository")
def test_what_the_primary_archived_last_is_in_every_repository(
    node: Target, primary: Target, keeping: tuple[str, ...]
) -> None:
    """PostgreSQL's own word for "archived" is not proof; the repository's is."""

    def behind() -> list[str]:
        last = primary.sql("select last_archived_wal as wal from pg_stat_archiver")[0]["wal"].split(".")[0]
        archive = info(node)["archive"]
        numbers = {name: numbered(node)[name][0] for name in keeping}
        return [name for name, number in numbers.items() if of_repository(archive, number)[-1]["max"] < last]

    assert until(behind, [], 30)


@pytest.mark.duty("primary", "standby", "repository")
def test_the_node_finds_nothing_late_or_broken(node: Target) -> None:
    """Chains, holes, freshness, failed and missed jobs, the heartbeat: everything that steward judges."""
    if node.node.duty == "repository" and not node.cluster.backups:
        pytest.skip(f"{node.cluster_name} declares no backups")

    def findings() -> list[str]:
        said = node.host.check_output(f"cd / && runuser -u postgres -- {steward.PROGRAM} status {node.cluster_name}")
        return [f"{one['where']}: {one['what']}" for one in json.loads(said)["checks"] if one["state"] != "note"]

    until(findings, [], 60)
    assert findings() == []


@pytest.mark.duty("primary", "standby", "repository")
def test_the_credentials_of_repositories_are_for_postgres_alone(node: Target) -> None:
    if not node.cluster.backups:
        pytest.skip(f"{node.cluster_name} declares no backups")
    file = node.host.file(pgbackrest.CONFIGURATION)
    assert (file.user, file.group, file.mode) == ("postgres", "postgres", 0o640)
