"""`pytest tests/acceptance --inventory inventories/prod`: read-only, for any environment, by the deploy's inventory.

The hosts come from `pyinfra debug-inventory`, the wishes from the environment file it names; nothing is told twice.
"""

import atexit
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import testinfra
from testinfra.host import Host

from fleet import environment
from fleet.environment import Cluster, Node
from fleet.layout import Layout
from steward.session import READING, options

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Target:
    """A node as the tests see it: what is declared of it, and a connection to it."""

    name: str
    data: dict[str, Any]
    cluster_name: str
    cluster: Cluster

    @property
    def node(self) -> Node:
        return self.cluster.nodes[self.name]

    @property
    def layout(self) -> Layout:
        return Layout(self.cluster.postgresql, self.cluster_name, self.cluster.data)

    @property
    def host(self) -> Host:
        return connect(self.name, json.dumps(self.data, default=str, sort_keys=True))

    def read(self, path: PurePosixPath) -> str:
        """A file in a directory of postgres, read as postgres: root would follow a link to what others may not see."""
        return str(self.host.run_test("cd / && runuser -u postgres -- cat %s", str(path)).stdout)

    def psql(self, database: str, text: str) -> str:
        """What psql prints for a script, run as the administrator on the node."""
        command = "cd / && runuser -u postgres -- env PGOPTIONS=%s psql -XqAt -v ON_ERROR_STOP=1 -p %s -d %s -c %s"
        return self.host.check_output(command, options(READING), str(self.cluster.port), database, text)

    def sql(self, query: str, database: str = "postgres") -> list[dict[str, Any]]:
        """The rows that `query` gives on this node's server, as Python values."""
        return json.loads(self.psql(database, f"select coalesce(json_agg(t), '[]') from ({query}) t"))


connections: dict[str, Host] = {}


def connect(name: str, data: str) -> Host:
    """One connection a node for the whole run, reached exactly as pyinfra reaches it."""
    if name not in connections:
        known = json.loads(data)
        options = {
            "ssh_identity_file": known.get("ssh_key"),
            "ssh_config": known.get("ssh_config_file"),
            "ssh_extra_args": extra_arguments(known),
        }
        connections[name] = testinfra.get_host(
            f"ssh://{known['ssh_user']}@{known['ssh_hostname']}:{known['ssh_port']}",
            sudo=known["_sudo"],
            controlpersist=15,
            controlpath=f"{sockets()}/%%C",
            **{option: value for option, value in options.items() if value},
        )
    return connections[name]


@cache
def sockets() -> str:
    """Where SSH keeps the connections that all tests share; a short path, sockets allow no long one."""
    directory = tempfile.TemporaryDirectory(prefix="pgsteward-")
    atexit.register(directory.cleanup)
    return directory.name


def extra_arguments(known: dict[str, Any]) -> str:
    checking = f"-o StrictHostKeyChecking={known['ssh_strict_host_key_checking']} -o BatchMode=yes"
    file = known.get("ssh_known_hosts_file")
    return f"{checking} -o UserKnownHostsFile={file}" if file else checking


def until(look: Callable[[], Any], wanted: Any, seconds: float = 10) -> bool:
    """Whether `look` gives `wanted` within so many seconds."""
    deadline = time.monotonic() + seconds
    while look() != wanted:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--inventory", default="inventories/lab", help="a pyinfra inventory, such as inventories/prod")
    parser.addoption("--limit", action="append", default=[], help="only these nodes or clusters")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "duty(*names): only nodes with one of these duties")


TARGETS = pytest.StashKey[list[Target]]()


def targets(config: pytest.Config) -> list[Target]:
    """Every node of the inventory, asked of pyinfra once; a limit that matches nothing is a mistake."""
    if TARGETS not in config.stash:
        inventory, limits = config.getoption("--inventory"), set(config.getoption("--limit"))
        found = [one for one in load(inventory) if not limits or {one.name, one.cluster_name} & limits]
        if not found:
            raise pytest.UsageError(
                f"{inventory}: no node matches\n    HINT: name a node or a cluster of {inventory}.yml"
            )
        config.stash[TARGETS] = found
    return config.stash[TARGETS]


def load(inventory: str) -> list[Target]:
    command = [sys.executable, "-m", "pyinfra", "--json", inventory, "debug-inventory"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    if done.returncode or not done.stdout.strip():
        raise pytest.UsageError(f"{inventory} does not load\n{done.stderr}")
    hosts = json.loads(done.stdout)
    if not hosts:
        raise pytest.UsageError(
            f"{inventory} has no hosts\n    HINT: is the name right? it is a file without extension"
        )
    source = ROOT / hosts[0]["data"]["environment"]
    declared = environment.load(source.read_bytes(), str(source))
    return [
        Target(one["name"], one["data"], one["data"]["cluster"], declared.clusters[one["data"]["cluster"]])
        for one in hosts
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a node, for those whose duty the test is about."""
    if "node" not in metafunc.fixturenames:
        return
    duties = {name for mark in metafunc.definition.iter_markers("duty") for name in mark.args} or {
        "primary",
        "standby",
    }
    chosen = [one for one in targets(metafunc.config) if one.node.duty in duties]
    metafunc.parametrize("node", chosen, ids=[one.name for one in chosen], scope="session")


@pytest.fixture
def primary(node: Target, pytestconfig: pytest.Config) -> Target:
    """The primary of the node's cluster, whatever the limit."""
    everyone = (
        load(pytestconfig.getoption("--inventory")) if pytestconfig.getoption("--limit") else targets(pytestconfig)
    )
    return next(one for one in everyone if one.cluster_name == node.cluster_name and one.node.duty == "primary")
