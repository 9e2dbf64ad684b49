"""Real hosts for tests: labs with names and networks (in 198.18.128.0/17) of their own, and never left behind.

With KEEP_LABS=yes in the environment, the labs of a run with a failed test stay up; the next run takes them down.
"""

import os
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab import availability, faults, keys, life, places
from lab.plan import Lab, read

from . import failure


@dataclass(frozen=True)
class RunningLab:
    """A lab that is up. `plan` is what the functions of `lab.faults` and `lab.life` want."""

    plan: Lab
    environment: Path
    """The environment's file; what lies beside it is the test's."""

    @property
    def directory(self) -> Path:
        """The lab's own state, such as `known_hosts` and the object store's `s3/ca.pem`."""
        return self.plan.directory

    def ssh(self, node: str, command: str, user: str | None = None) -> str:
        """What the command prints on the node; it has to succeed."""
        done = self.attempt(node, command, user)
        assert done.returncode == 0, f"{node}: {command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def attempt(self, node: str, command: str, user: str | None = None) -> "subprocess.CompletedProcess[str]":
        """The finished command, over SSH as the declared user or another."""
        command_line = [*keys.login(self.plan, node, user), command]
        return subprocess.run(command_line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def inside(self, node: str, command: str) -> str:
        """What the command prints on the node, as root and not by the network; it has to succeed."""
        done = faults.inside(self.plan, node, "sh", "-c", command)
        assert done.returncode == 0, f"{node}: {command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


def pytest_runtest_setup() -> None:
    failure.RUNS.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of a failed test shows what its lab has to say."""
    report = yield
    if report.failed:
        report.sections += failure.sections()
        FAILED.append(report.nodeid)
    return report


FAILED: list[str] = []
"""The failed tests of this process."""


def kept(name: str) -> bool:
    """Whether the lab stays up, for whoever wants to look."""
    if keep := bool(FAILED) and os.environ.get("KEEP_LABS") == "yes":
        print(f"the lab {name} is kept: `python -m lab --name {name} down` takes it down")
    return keep


def take_down(name: str) -> None:
    failure.LABS.pop(name, None)
    if not kept(name):
        life.down(name)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Takes down what workers have left that were ended before their time: those whose environment is of this run."""
    if not hasattr(config, "workerinput") and os.environ.get("KEEP_LABS") != "yes":
        made = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        for name in places.labs():
            if any(made.glob(f"popen-*/{name}?*/{name}.yml")):
                life.down(name)


MakeLab = Callable[[str, str], RunningLab]


@pytest.fixture(scope="session")
def machine() -> None:
    """This machine can have labs. In CI it must; elsewhere the test is skipped, with the reason."""
    reason = availability()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI has to test the lab")
    if reason:
        pytest.skip(reason)


@contextmanager
def labs(directories: pytest.TempPathFactory) -> Iterator[MakeLab]:
    """`make(name, text)` brings up a lab of blank hosts; all are taken down at the end.

    `DIRECTORY` in the text becomes the directory of the environment's file, which is the test's own.
    """
    with ExitStack() as made:

        def make(name: str, text: str) -> RunningLab:
            environment = directories.mktemp(name) / f"{name}.yml"
            environment.write_text(text.replace("DIRECTORY", str(environment.parent)), encoding="utf-8")
            plan = read(environment)
            life.down(name)  # what a killed test run left
            made.callback(take_down, name)
            failure.LABS[name] = plan
            life.up(plan)
            return RunningLab(plan, environment)

        yield make


@pytest.fixture(scope="module")
def make_lab(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeLab]:
    """Labs that are taken down after the module's last test."""
    with labs(tmp_path_factory) as make:
        yield make


def shared_labs() -> Any:
    """The fixture `make_shared_lab`, for labs that the modules of a package share.

    Each package's own conftest has one: what a fixture of this scope made is taken down at the end of the package that
    defines it, and a lab that nobody asks any more would go on archiving and beating beside all others.
    """

    @pytest.fixture(scope="package")
    def make_shared_lab(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeLab]:
        with labs(tmp_path_factory) as make:
            yield make

    return make_shared_lab
