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


@pytest.mark.parametrize("node", ["pg1", "backup1"])
def test_crons_file(golden: Golden, cluster: environment.Cluster, node: str) -> None:
    jobs = list(steward.jobs("shop", cluster, node))
    golden(HERE / "backups" / f"cron-{node}", crontab("shop", jobs))


@pytest.mark.parametrize("node", ["pg1", "backup1"])
def test_what_steward_is_told(golden: Golden, cluster: environment.Cluster, node: str) -> None:
    told = steward.description(cluster, Layout(cluster.postgresql, "shop", cluster.data), node, 8 * GIB)
    golden(HERE / "backups" / f"steward-{node}.json", json.dumps(told, indent=1) + "\n")
