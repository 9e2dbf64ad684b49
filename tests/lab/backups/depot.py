"""A deployed lab with backups, and what tests ask of its nodes."""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from ..conftest import MakeLab
from ..deployed import Deployed
from ..operator import Operator, eventually

PRIMARIES = {"k1": ("thirteen", 17), "b1": ("twelve", 15), "f1": ("fourteen", 18)}
KEEPERS = {"k1": "kr", "b1": "br", "f1": "fr"}
PLACES = {"kr": "/var/lib/pgbackrest", "br": "/srv/backups", "fr": "/var/lib/pgbackrest"}


@dataclass(frozen=True)
class Depot(Deployed):
    """A lab whose clusters have backups, and a database shop."""

    database = "shop"

    @property
    def primaries(self) -> dict[str, tuple[str, int]]:
        """The cluster and the version of each primary that is in this tier's lab."""
        return {node: one for node, one in PRIMARIES.items() if one[0] in self.operator.document["clusters"]}

    def archived(self, node: str) -> None:
        """All that was written so far has left the node."""
        wal = self.sql(node, "select pg_walfile_name(pg_switch_wal())", "postgres")[0]
        query = f"select last_archived_wal >= '{wal}' from pg_stat_archiver"
        eventually(lambda: self.sql(node, query, "postgres"), ["t"], 60)

    def jobs(self, node: str) -> list[dict[str, Any]]:
        """The node's records."""
        return [json.loads(line) for line in self.lab.ssh(node, "cat /var/log/pgsteward/jobs.jsonl").splitlines()]


def depot(make: MakeLab, name: str, text: str) -> Depot:
    """A lab of blank hosts with the secrets of its environment, not yet deployed."""
    lab = make(name, text)
    operator = Operator(lab.environment)
    store = operator.document["x-lab"]["s3"]
    known = {}
    for cluster, declared in operator.document["clusters"].items():
        for repository, one in declared["backups"]["repositories"].items():
            if "s3" in one:
                known[f"{cluster}/{repository}/s3_key"] = store["key"]
                known[f"{cluster}/{repository}/s3_secret"] = store["secret"]
    secrets = lab.environment.parent / "secrets.yml"
    secrets.touch(mode=0o600)
    secrets.write_text(yaml.safe_dump(known), encoding="utf-8")
    operator.generate_secrets()
    return Depot(lab, operator)
