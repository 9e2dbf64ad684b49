"""Environment files that cannot be read are refused like those that are wrong."""

from pathlib import Path

import pytest

from fleet.problem import Refused
from tasks.environment import local, project, read


def test_a_file_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    (tmp_path / "prod.yml").touch()
    with pytest.raises(Refused, match="does not exist") as refused:
        read(tmp_path / "prd.yml")
    assert "the environments there are prod" in refused.value.problems[0].hint


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a directory"):
        read(tmp_path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read: file name too long"):
        read("x" * 5000)
    with pytest.raises(Refused, match="cannot be read: not a directory"):
        read("/etc/passwd/prod.yml")


def test_paths_begin_in_the_project_or_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/sre")
    assert project("inventories/prod.yml") == tmp_path
    assert local("inventories/prod.yml", ".secrets/prod.yml") == tmp_path / ".secrets/prod.yml"
    assert local("inventories/prod.yml", "~/x") == Path("/home/sre/x")
    assert local("inventories/prod.yml", "/run/x") == Path("/run/x")
