"""What all tests share: golden files, rewritten with `--rewrite` and reviewed as a diff."""

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="what takes many minutes, too: make drill-all")
    parser.addoption("--rewrite", action="store_true", help="write what is, instead of comparing it with golden files")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is long, unless it is wanted.

    Where several workers share the rest, a module is one worker's, and so is a package that shares a lab.
    """
    left_out = [item for item in items if item.get_closest_marker("long") and not config.getoption("--long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        sharing = item.path.parent if "make_shared_lab" in getattr(item, "fixturenames", ()) else item.path
        item.add_marker(pytest.mark.xdist_group(str(sharing.relative_to(config.rootpath / "tests"))))


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
