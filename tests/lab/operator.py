"""What an operator does with a lab's environment: plan, deploy, restart, verify, and look at the hosts."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .failure import note_run

ROOT = Path(__file__).parent.parent.parent
INVENTORY = (ROOT / "inventories" / "lab").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Outcome:
    """What a run of pyinfra ended with."""

    code: int
    result: dict[str, Any]
    said: str

    @property
    def planned(self) -> dict[str, set[str]]:
        """Hosts by the operations that would change them."""
        return {one["name"]: set(one["hosts_with_change"]) for one in self.result["plan"] if one["hosts_with_change"]}

    @property
    def changed(self) -> dict[str, set[str]]:
        """Hosts by the operations that changed them."""
        operations = self.result["results"]["operations"]
        return {one["name"]: set(one["success"]) for one in operations if one["success"]}

    @property
    def failed(self) -> set[str]:
        return set(self.result["results"]["failed_hosts"])


class Operator:
    """Works on one environment file that has a lab."""

    def __init__(self, environment: Path) -> None:
        self.file = environment
        self.inventory = environment.with_suffix("")
        self.inventory.write_text(INVENTORY, encoding="utf-8")

    # --- the environment file

    @property
    def document(self) -> dict[str, Any]:
        return yaml.safe_load(self.file.read_text(encoding="utf-8"))

    def edit(self, **clusters: dict[str, Any]) -> None:
        """Lays keys over clusters: `edit(main={"connections": 50})`."""
        document = self.document
        for name, keys in clusters.items():
            document["clusters"][name] |= keys
        self.file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    def obey(self, said: str) -> None:
        """Edits the file as a verb has said: line by line, and no line more."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        found = re.findall(r"line (\d+): \S+\.(\w+) is (\w+): write (\w+)", said)
        assert found, said
        for number, key, before, after in found:
            line = lines[int(number) - 1]
            lines[int(number) - 1] = line.replace(f"{key}: {before}", f"{key}: {after}")
            assert lines[int(number) - 1] != line, line
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def secrets(self) -> dict[str, str]:
        path = ROOT / self.document["secrets"]["path"]
        return yaml.safe_load(path.read_text(encoding="utf-8"))

    def generate_secrets(self) -> None:
        subprocess.run([sys.executable, "-m", "tasks.secrets", str(self.file)], cwd=ROOT, check=True)

    # --- runs

    def pyinfra(self, *arguments: str, deploy: str = "deploy.py") -> Outcome:
        command = [sys.executable, "-m", "pyinfra", "--json", str(self.inventory), deploy, *arguments]
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=900)
        note_run(command, done.returncode, done.stderr)
        text = done.stdout.strip()
        result = json.loads(text) if text.startswith("{") else {"plan": [], "results": None}
        return Outcome(done.returncode, result, done.stderr)

    def plan(self, *arguments: str) -> Outcome:
        return self.pyinfra("--dry", *arguments)

    def deploy(self, *arguments: str) -> Outcome:
        """A deploy that has to succeed."""
        outcome = self.pyinfra("-y", *arguments)
        assert outcome.code == 0, outcome.said
        return outcome

    def status(self) -> "subprocess.CompletedProcess[str]":
        """What `make status` says, and its exit code."""
        command = [sys.executable, "-m", "tasks.status", str(self.inventory)]
        return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)

    def verify(self) -> str:
        """The acceptance tests' output; they have to pass."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/acceptance"]
        done = subprocess.run(
            [*command, "--inventory", str(self.inventory)], cwd=ROOT, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"\d+ passed", done.stdout), done.stdout
        return done.stdout


def eventually(look: Callable[[], Any], wanted: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while (seen := look()) != wanted:
        assert time.monotonic() < deadline, seen
        time.sleep(0.2)
