"""A deployed lab, and what tests ask of its nodes."""

import json
import shlex
from dataclasses import dataclass
from typing import Any, ClassVar

from .conftest import RunningLab
from .operator import Operator


@dataclass(frozen=True)
class Deployed:
    """The lab, and the operator of its environment."""

    database: ClassVar[str] = "postgres"
    """The one that is asked, unless a test names another."""

    lab: RunningLab
    operator: Operator

    @property
    def store(self) -> dict[str, str]:
        """How the lab's object store is reached."""
        store: dict[str, str] = self.operator.document["x-lab"]["s3"]
        return store

    def sql(self, node: str, query: str, database: str = "") -> list[str]:
        """What psql prints as the user postgres, a line a row."""
        words = ["psql", "-XqAt", "-d", database or self.database, "-c", query]
        return self.postgres(node, shlex.join(words)).splitlines()

    def postgres(self, node: str, command: str) -> str:
        """What a command of the user postgres prints; it has to succeed."""
        return self.lab.ssh(node, f"cd /; runuser -u postgres -- {command}")

    def attempt(self, node: str, command: str) -> tuple[int, str]:
        """The exit code of a command of the user postgres, and all that it says."""
        done = self.lab.attempt(node, f"cd /; runuser -u postgres -- {command}")
        return done.returncode, done.stdout + done.stderr

    def checks(self, node: str, cluster: str) -> list[dict[str, Any]]:
        """All that `steward check` finds on a node now."""
        self.attempt(node, f"steward check {cluster}")
        text = self.lab.ssh(node, f"cat /var/lib/pgsteward/{cluster}/check.json")
        return list(json.loads(text)["checks"])

    def check(self, node: str, cluster: str) -> list[dict[str, Any]]:
        """The same, notes left out."""
        return [one for one in self.checks(node, cluster) if one["state"] != "note"]

    def found(self, node: str, cluster: str, words: str) -> bool:
        """Whether the node's check names what is wrong: some finding has all of the `words`."""
        return named(self.check(node, cluster), words)

    def noted(self, node: str, cluster: str, words: str) -> bool:
        """Whether the node's check has such a note."""
        return named([one for one in self.checks(node, cluster) if one["state"] == "note"], words)


def named(checks: list[dict[str, Any]], words: str) -> bool:
    said = [f"{one['where']}: {one['what']}" for one in checks]
    return any(all(word in line for word in words.split()) for line in said)
