"""A project of its own for each test: a folder with inventories/test.yml in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fleet import environment
from fleet.environment import Environment
from tasks.secrets import Secrets

CLUSTERS = """
clusters:
  main:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2: {address: 192.0.2.12, duty: standby}
    roles:
      app: {login: true}
      owner: {}
"""
NAMES = ("authority", "main/replicator", "main/monitor", "main/app")

Declare = Callable[[str], str]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """`declare("{from: …}")` writes an environment with these secrets and returns its path, as make would name it."""
    monkeypatch.chdir(tmp_path)

    def write(secrets: str, more: str = "") -> str:
        file = tmp_path / "inventories/test.yml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"secrets: {secrets}\n{more}{CLUSTERS}")
        return "inventories/test.yml"

    return write


def declared(source: str) -> Environment:
    return environment.load(Path(source).read_bytes(), source)


def opened(source: str) -> Secrets:
    """The secrets, asked for anew."""
    return Secrets(declared(source), source)
