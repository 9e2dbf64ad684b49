"""Another node becomes the primary: which lines of the environment's file are to be edited."""

from pathlib import Path

import pytest

from fleet.environment import parse
from fleet.environment.document import read
from fleet.environment.succession import edited, edits

EXAMPLE = Path(__file__).parents[3] / "inventories" / "example.yml"
TEXT = """\
secrets: {from: environment, prefix: X_}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2:
        address: 192.0.2.12
        duty: standby
      pg3: {address: 192.0.2.13, duty: standby, delay: 1h}
    replication:
      synchronous:
        standbys: [pg2]
"""


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (
            "pg2",
            [
                "line 6: clusters.shop.nodes.pg1.duty is primary: write standby",
                "line 9: clusters.shop.nodes.pg2.duty is standby: write primary",
                "line 13: clusters.shop.replication.synchronous.standbys[0] is pg2: write pg1",
            ],
        ),
        (
            "pg3",
            [
                "line 6: clusters.shop.nodes.pg1.duty is primary: write standby",
                "line 10: clusters.shop.nodes.pg3.duty is standby: write primary",
                "line 10: clusters.shop.nodes.pg3.delay is 1h: remove it",
            ],
        ),
        ("pg1", []),
    ],
)
def test_each_place_is_named_with_its_line(new: str, said: list[str]) -> None:
    assert [str(edit) for edit in edits(read(TEXT, "shop.yml"), "shop", new)] == said


@pytest.mark.parametrize("new", ["pg2", "pg3"])
def test_what_the_edits_make_is_an_environment_with_that_primary(new: str) -> None:
    document = read(TEXT, "shop.yml")
    wanted = edits(document, "shop", new)
    cluster = parse(edited(document.content, wanted), "shop.yml").clusters["shop"]
    assert cluster.primary[0] == new
    assert "pg1" in cluster.prompt_standbys
    assert document == read(TEXT, "shop.yml")


def test_a_drill_of_the_new_primary_becomes_the_old_ones() -> None:
    document = read(TEXT + "    drills: {restore: {node: pg2}, pitr: {node: pg2, on_primary: true}}\n", "shop.yml")
    wanted = edits(document, "shop", "pg2")
    assert "line 14: clusters.shop.drills.restore.node is pg2: write pg1" in map(str, wanted)
    assert not any("pitr" in str(edit) for edit in wanted)


def test_an_environment_with_everything_declared_is_one_afterwards_whoever_takes_over() -> None:
    """A handover that found out half-way would leave the cluster between two primaries."""
    text = EXAMPLE.read_bytes()
    document = read(text, "example.yml")
    for name, cluster in parse(document.content, "example.yml").clusters.items():
        for new in cluster.prompt_standbys:
            found = parse(edited(document.content, edits(document, name, new)), "example.yml")
            assert found.clusters[name].primary[0] == new
