"""What a run has shown becomes a file, and all files a page."""

import json
from pathlib import Path

import pytest

from tests import evidence


def shown(directory: Path, package: str, **counts: int) -> None:
    directory.mkdir(exist_ok=True)
    path = directory / f"{package.replace('/', '-')}.json"
    evidence.write(path, package, {"passed": 0, "failed": 0, "skipped": 0, **counts}, 61.4)


def test_the_files_of_the_packages_become_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "COLLECTED", tmp_path / "evidence.json")
    monkeypatch.setattr(evidence, "PAGE", tmp_path / "evidence.md")
    shown(tmp_path / "0123abcd", "tests/sql", passed=7, skipped=2)
    shown(tmp_path / "0123abcd", "tests/lab/dumps", passed=5, failed=1)
    assert evidence.main(["collect", str(tmp_path / "0123abcd")]) == 0
    assert [one["package"] for one in json.loads(evidence.COLLECTED.read_text())] == ["tests/lab/dumps", "tests/sql"]
    assert evidence.main(["render"]) == 0
    lines = evidence.PAGE.read_text().splitlines()
    assert "Commit 0123abcd." in lines
    assert lines[-1] == "| **all** | | **12** | **1** | **2** | **122** |"
    assert [line.split(" | ")[2:] for line in lines if "tests/sql" in line] == [["7", "0", "2", "61 |"]]


def test_what_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evidence, "COLLECTED", tmp_path / "nowhere.json")
    assert evidence.main(["render"]) == 1
    assert "HINT: `make test-all` writes it" in capsys.readouterr().err
