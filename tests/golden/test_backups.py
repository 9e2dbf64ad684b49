"""pgBackRest's configuration and cron's file as they land on a host."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fleet import environment, pgbackrest, steward
from fleet.hardware import GIB
from fleet.layout import Layout
from fleet.pgbackrest import Place
from tasks.render import render
from tasks.steward import crontab

HERE = Path(__file__).parent
SECRETS = {name: f"SECRET {name}" for name in ("near/cipher", "far/cipher", "far/s3_key", "far/s3_secret")}
Golden = Callable[[Path, str], None]


@pytest.fixture
def cluster() -> environment.Cluster:
    text = (HERE.parent.parent / "inventories" / "example.yml").read_text(encoding="utf-8")
    return environment.load(text, "example.yml").clusters["shop"]


@pytest.mark.parametrize(("node", "version"), [("pg1", (2, 55, 1)), ("pg2", (2, 45)), ("backup1", (2, 60))])
def test_pgbackrests_configuration(
    golden: Golden, cluster: environment.Cluster, node: str, version: tuple[int, ...]
) -> None:
    layout = Layout(cluster.postgresql, "shop", cluster.data)
    place = Place(node, cluster.nodes[node].duty != "repository", version)
    sections = pgbackrest.sections(cluster, layout, place, 8 * GIB, SECRETS)
    text = render("backups/pgbackrest.conf.j2", node=node, source="example.yml", sections=sections)
    golden(HERE / "backups" / f"pgbackrest-{node}.conf", text)


def test_a_copy_knows_the_repository_where_it_reads_and_nowhere_else(
    golden: Golden, cluster: environment.Cluster
) -> None:
    assert cluster.backups
    backups = cluster.backups.model_copy(
        update={"read_only": True, "repositories": {"far": cluster.backups.repositories["far"]}}
    )
    copy = cluster.model_copy(update={"backups": backups, "dumps": None})
    layout = Layout(cluster.postgresql, "shop", cluster.data)
    sections = pgbackrest.sections(copy, layout, Place("pg1", True, (2, 55, 1)), 8 * GIB, SECRETS)
    text = render("backups/pgbackrest.conf.j2", node="pg1", source="example.yml", sections=sections)
    golden(HERE / "backups" / "pgbackrest-copy.conf", text)
    assert not any(name.startswith("repo") for name, _ in sections["global"])
    assert {name for name in sections if name.startswith("global:")} == {f"global:{one}" for one in pgbackrest.READING}
    settings = {one.name: one.value for one in pgbackrest.settings("shop", backups, 8 * GIB)}
    assert settings == {"archive_mode": "off"}
    assert pgbackrest.keepers(copy) == {}
    assert list(steward.jobs("shop", copy, "pg1")) == []


@pytest.mark.parametrize("node", ["pg1", "pg2", "backup1"])
def test_crons_file(golden: Golden, cluster: environment.Cluster, node: str) -> None:
    jobs = list(steward.jobs("shop", cluster, node))
    golden(HERE / "backups" / f"cron-{node}", crontab("shop", jobs))


@pytest.mark.parametrize("node", ["pg1", "pg2", "backup1"])
def test_what_steward_is_told(golden: Golden, cluster: environment.Cluster, node: str) -> None:
    asked = (steward.Assertion("drills/orders_have_lines.sql", "shop", "select 1 where false"),)
    told = steward.description(cluster, Layout(cluster.postgresql, "shop", cluster.data), node, 8 * GIB, asked, "prod")
    golden(HERE / "backups" / f"steward-{node}.json", json.dumps(told, indent=1) + "\n")
