"""The whole deploy on pyinfra's @fake hosts: what runs where, in which order. What files hold is golden's matter."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.secrets import generate

ROOT = Path(__file__).parent.parent.parent
PASSWORDS = (
    "ALPHA_REPLICATOR",
    "ALPHA_MONITOR",
    "ALPHA_SHOP_APP",
    "BETA_REPLICATOR",
    "BETA_MONITOR",
    "BETA_NEAR_CIPHER",
)


@dataclass(frozen=True)
class Run:
    """What a run of pyinfra ended with: exit code, JSON, and what it said."""

    code: int
    result: dict[str, Any]
    said: str

    @property
    def names(self) -> list[str]:
        """The operations in the order in which they ran (or would)."""
        return [one["name"] for one in (self.result["results"] or {}).get("operations", self.result["plan"])]

    def hosts(self, name: str) -> set[str]:
        """Where the operation would change something."""
        found = next(one for one in self.result["plan"] if one["name"] == name)
        return {host.removeprefix("@fake/") for host in found["hosts_with_change"]}


@pytest.fixture(scope="session")
def authority() -> str:
    return generate.authority("plan", datetime.now(UTC)).reveal()


@pytest.fixture
def pyinfra(authority: str):
    """Runs a deploy on the fake fleet; `answers` are what hosts say to commands, by a part of the command."""

    def run(
        *arguments: str,
        deploy: str = "deploy.py",
        answers: dict[str, Any] | None = None,
        without: tuple[str, ...] = (),
        secrets: dict[str, str] | None = None,
        program: tuple[str, ...] = ("pyinfra", "--json", "tests/plan/two"),
        typed: str = "",
    ) -> Run:
        known = {name: f"secret of {name}" for name in PASSWORDS} | {"AUTHORITY": authority} | (secrets or {})
        given = {f"PLAN_{name}": value for name, value in known.items() if name not in without}
        environment = os.environ | given | {"PLAN_ANSWERS": json.dumps(answers or {})}
        command = [sys.executable, "-m", *program, *([deploy] if deploy else []), *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, input=typed, text=True, capture_output=True, check=False
        )
        result = json.loads(done.stdout) if done.stdout.strip().startswith("{") else {"plan": [], "results": None}
        return Run(done.returncode, result, done.stderr + done.stdout)

    return run
