"""A deployed lab with backups, and what tests ask of its nodes."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

import yaml

from ..conftest import MakeLab, RunningLab
from ..operator import Operator, eventually

PRIMARIES = {"k1": ("thirteen", 17), "b1": ("twelve", 15), "f1": ("fourteen", 18)}
KEEPERS = {"k1": "kr", "b1": "br", "f1": "fr"}


@dataclass(frozen=True)
class Depot:
    """The lab, and the operator of its environment."""

    lab: RunningLab
    operator: Operator

    @property
    def store(self) -> dict[str, str]:
        store: dict[str, str] = self.operator.document["x-lab"]["s3"]
        return store

    def sql(self, node: str, query: str, database: str = "shop") -> list[str]:
        """What psql prints as the user postgres, a line a row."""
        words = ["psql", "-XqAt", "-d", database, "-c", query]
        return self.postgres(node, shlex.join(words)).splitlines()

    def postgres(self, node: str, command: str) -> str:
        """What a command of the user postgres prints; it has to succeed."""
        return self.lab.ssh(node, f"cd /; runuser -u postgres -- {command}")

    def attempt(self, node: str, command: str) -> tuple[int, str]:
        """The exit code of a command of the user postgres, and all that it says."""
        done = self.lab.attempt(node, f"cd /; runuser -u postgres -- {command}")
        return done.returncode, done.stdout + done.stderr

    def archived(self, node: str) -> None:
        """All that was written so far has left the node."""
        wal = self.sql(node, "select pg_walfile_name(pg_switch_wal())", "postgres")[0]
        query = f"select last_archived_wal >= '{wal}' from pg_stat_archiver"
        eventually(lambda: self.sql(node, query, "postgres"), ["t"], 60)

    def check(self, node: str, cluster: str) -> list[dict[str, Any]]:
        """What `steward check` finds on a node now, notes left out."""
        self.attempt(node, f"steward check {cluster}")
        text = self.lab.ssh(node, f"cat /var/lib/pgsteward/{cluster}/check.json")
        return [one for one in json.loads(text)["checks"] if one["state"] != "note"]

    def found(self, node: str, cluster: str, words: str) -> bool:
        """Whether the node's check names what is wrong: some finding has all of the `words`."""
        said = [f"{one['where']}: {one['what']}" for one in self.check(node, cluster)]
        return any(all(word in line for word in words.split()) for line in said)

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
