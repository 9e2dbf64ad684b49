"""The environment of a disaster is one, has nothing of production's place, and writes into no repository."""

from pathlib import Path

import pytest
import yaml

from fleet import environment, pgbackrest
from fleet.disaster import derived
from fleet.environment.document import read
from fleet.problem import Refused
from tasks.spares import OURS, claimed

EXAMPLE = Path(__file__).parents[2] / "inventories" / "example.yml"
DOCUMENT = read(EXAMPLE.read_bytes(), "example.yml").content


def test_it_loads_as_an_environment_of_the_spare_hosts_alone() -> None:
    document = read(EXAMPLE.read_bytes(), "example.yml").content
    document["clusters"]["shop"]["drills"]["memory"] = "300MB"
    found = environment.load(yaml.safe_dump(derived(document, "shop")), "disaster.yml")
    shop = found.clusters["shop"]
    assert {name: str(node.address) for name, node in shop.nodes.items()} == {"pg1": "192.0.2.91", "pg2": "192.0.2.92"}
    assert list(found.clusters) == ["shop"]
    assert shop.backups and list(shop.backups.repositories) == ["far"]
    assert shop.backups.read_only
    assert pgbackrest.keepers(shop) == {}
    assert shop.replication.synchronous is None
    assert shop.replication.slots == ()
    assert all(one.migrations is None for one in shop.databases.values())
    assert shop.drills and shop.drills.assertions
    assert shop.drills.restore is None
    assert shop.drills.memory == 300 << 20
    assert shop.dumps is None


def test_after_a_promotion_one_of_the_spare_hosts_is_the_primary_all_the_same() -> None:
    """Which of its nodes the cluster's primary is at the moment says nothing about the spare hosts."""
    document = read(EXAMPLE.read_bytes(), "example.yml").content
    nodes = document["clusters"]["shop"]["nodes"]
    nodes["pg1"]["duty"], nodes["pg2"]["duty"] = "standby", "primary"
    document["clusters"]["shop"]["drills"]["disaster"]["hosts"] = {"pg1": "192.0.2.91"}
    found = environment.load(yaml.safe_dump(derived(document, "shop")), "disaster.yml").clusters["shop"]
    assert {name: one.duty for name, one in found.nodes.items()} == {"pg1": "primary"}


def test_the_declared_document_is_left_as_it_was() -> None:
    before = yaml.safe_dump(DOCUMENT)
    derived(DOCUMENT, "shop")
    assert yaml.safe_dump(DOCUMENT) == before


@pytest.mark.parametrize("name", ["", "shopp"])
def test_a_cluster_that_declares_none_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(Refused, match="declares no disaster\n    HINT: declared for: shop"):
        derived(DOCUMENT, name)


def test_two_drills_at_once_or_somebodys_environment_of_that_name_are_refused(tmp_path: Path) -> None:
    spare, file = tmp_path / "prod-disaster", tmp_path / "prod-disaster.yml"
    with claimed(spare, file):
        file.write_text(OURS)
        with pytest.raises(Refused, match="belongs to a drill that is under way"), claimed(spare, file):
            pass
        assert file.exists()
    assert list(tmp_path.iterdir()) == []
    file.write_text(OURS)  # of one that was killed
    with claimed(spare, file):
        pass
    file.write_text("clusters: {}\n")
    with pytest.raises(Refused, match="was not written by a drill"), claimed(spare, file):
        pass
    assert file.read_text() == "clusters: {}\n"
