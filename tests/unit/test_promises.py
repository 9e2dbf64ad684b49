"""Each promise is held by tests of the first tier: `make test` tries it, on real hosts, before anything lands."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
LIST = yaml.safe_load((ROOT / "tests" / "promises.yml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
BULLET = re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)
CHAPTER = re.compile(r"^## (.+)$", re.MULTILINE)
VERB = re.compile(r"make ([a-z-]+)\b")
NO_PROMISE = {"Try it: two commands", "In production", "How it hangs together", "More"}
"""Chapters that say how to begin: what they say is a verb's promise."""
NO_VERB = {"itself", "test", "test-all"}
HEALS = {"heal", "start", "unfill", "s3_start", "full_speed", "inside"}
TESTS = sorted({test for group in LIST.values() for tests in group.values() for test in tests})


def listed(group: str) -> set[str]:
    return set(LIST[group])


def test_each_promise_of_the_readme_is_listed() -> None:
    assert listed("promises") == set(BULLET.findall(README)) | (set(CHAPTER.findall(README)) - NO_PROMISE)


def test_each_verb_of_the_readme_is_listed() -> None:
    assert set(VERB.findall(README)) - NO_VERB <= listed("verbs")


def test_each_runbook_is_listed() -> None:
    assert listed("runbooks") == {page.name for page in (ROOT / "backup" / "runbooks").glob("*.md")}


def test_each_fault_is_listed() -> None:
    names = {one.name for one in functions("lab/faults.py").values() if not one.name.startswith("_")}
    assert listed("faults") == names - HEALS


def test_each_boundary_has_its_page() -> None:
    assert all((ROOT / "docs" / "decisions" / page).exists() for page in listed("boundaries"))


@pytest.mark.parametrize("test", TESTS)
def test_what_holds_a_promise_is_there_and_in_the_first_tier(test: str) -> None:
    file, _, name = test.partition("::")
    assert (ROOT / file).exists()
    if name:
        assert name in functions(file)
        assert not any("mark.long" in ast.unparse(one) for one in functions(file)[name].decorator_list)


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The functions of a module by their names."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
