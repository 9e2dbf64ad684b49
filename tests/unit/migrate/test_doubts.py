"""The plan names what an owner cannot do, and the owner whom nothing confines."""

from pathlib import Path

from fleet import environment
from steward.migrate.folder import read_folder
from tasks.migrations import UNCONFINED, doubts

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes: {pg1: {address: 192.0.2.11, duty: primary}}
    roles: {shop: {}}
    databases:
      mine: {owner: shop, migrations: {folder: migrations}}
      everything: {owner: postgres, migrations: {folder: migrations}}
"""


def test_a_superusers_migrations_are_said_to_be_unconfined(tmp_path: Path) -> None:
    (tmp_path / "1_a.up.sql").write_text("create extension file_fdw;\n", encoding="utf-8")
    (tmp_path / "1_a.down.sql").write_text("select 1;\n", encoding="utf-8")
    cluster = environment.load(TEXT, "test.yml").clusters["main"]
    waiting = read_folder(tmp_path)
    assert doubts(cluster, "everything", waiting) == [UNCONFINED]
    (said,) = doubts(cluster, "mine", waiting)
    assert said.startswith("1_a.up.sql, line 1: ") and "file_fdw" in said
