"""What all tests share: golden files, rewritten with `--rewrite` and reviewed as a diff."""

import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from xdist.scheduler import LoadScopeScheduling

from . import evidence

Golden = Callable[[Path, str], None]
STARTED = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the second tier, too: make test-all")
    parser.addoption("--evidence", type=Path, help="the file that tells what this run has shown")
    parser.addoption("--rewrite", action="store_true", help="write what is, instead of comparing it with golden files")


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """With `--dist loadscope` a module is one worker's, and so is a package of tests/lab, whose modules share hosts.

    The mark for that, `xdist_group`, groups nothing with this pytest: pytest-dev/pytest-xdist#1386.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = PurePosixPath(nodeid.partition("::")[0])
        lab = module.parts[:2] == ("tests", "lab") and len(module.parts) > 3
        return str(module.parent if lab else module)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing | None:
    return Sharing(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the second tier, unless it is wanted; each of its marks says why it is there."""
    for item in items:
        if any(not mark.args for mark in item.iter_markers("long")):
            raise pytest.UsageError(f"{item.nodeid}: the marker `long` says no reason")
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Writes what was shown, where that is wanted."""
    if path := config.getoption("--evidence"):
        stats = terminalreporter.stats
        counts = {one: len(stats.get(one, [])) for one in ("passed", "failed", "skipped")}
        counts["failed"] += len(stats.get("error", []))
        evidence.write(path, " ".join(config.args), counts, time.monotonic() - STARTED)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)` holds `text` against the file at `path`, or writes it there with `--rewrite`."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--rewrite"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} is missing; write it with `pytest --rewrite` and review it"
        assert text == path.read_text(encoding="utf-8"), f"{path} differs; review it with `pytest --rewrite`, git diff"

    return compare
