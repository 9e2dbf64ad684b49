"""The program as one file: the same wherever it is made, and all that it needs of this tree is in it."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from steward.__main__ import VERBS
from tasks import steward

EVERYTHING = """
import sys, importlib
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
loaded = {m.split(".")[0] for m, one in sys.modules.items() if getattr(one, "__file__", None)}
print(*sorted(loaded - set(sys.stdlib_module_names) - {"__main__", "__mp_main__"}))
"""


@pytest.fixture
def pyz(tmp_path: Path) -> Path:
    path = tmp_path / "steward.pyz"
    path.write_bytes(steward.bundle())
    return path


def python(pyz: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Without this tree, its environment, and whatever is installed besides Python itself."""
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=pyz.parent, check=False, timeout=20, env={})


def names() -> list[str]:
    return zipfile.ZipFile(BytesIO(steward.bundle())).namelist()


def test_it_is_the_same_byte_for_byte_however_often_it_is_made() -> None:
    first = steward.bundle()
    steward.bundle.cache_clear()
    assert steward.bundle() == first
    found = zipfile.ZipFile(BytesIO(first)).infolist()
    assert {one.date_time for one in found} == {(1980, 1, 1, 0, 0, 0)}
    assert {(one.external_attr, one.create_system, one.compress_type) for one in found} == {(0o600 << 16, 3, 0)}


def test_what_is_read_as_text_is_what_python_reads() -> None:
    root = Path(steward.__file__).parent.parent
    for file in [*(root / "steward").rglob("*.py"), *(root / "fleet").glob("*.py")]:
        assert set(steward.modules(file)) == set(imported(root, file)), file


def imported(root: Path, file: Path) -> Iterator[Path]:
    """The modules of `fleet/` that Python's own parser finds."""
    inside = file.parent.name == "fleet"
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        words = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and (words[0] == "fleet" if not node.level else inside and node.level == 1):
            rest = words if node.level else words[1:]
            yield from (
                root / "fleet" / f"{one}.py" for one in (rest[:1] if any(rest) else [a.name for a in node.names])
            )


def test_it_holds_steward_with_its_sql_and_nothing_twice() -> None:
    found = names()
    assert len(found) == len(set(found))
    root = Path(steward.__file__).parent.parent
    own = {str(one.relative_to(root)) for one in (root / "steward").rglob("*") if one.suffix in (".py", ".sql")}
    assert own <= set(found)
    assert {one.split("/")[0] for one in found} == {"steward", "fleet", "__main__.py"}
    assert "fleet/__init__.py" in found
    assert not any(one.startswith("fleet/environment") for one in found)  # pydantic is on no host


def test_it_says_its_verbs_by_itself(pyz: Path) -> None:
    done = python(pyz, str(pyz), "help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: steward {amcheck|backup|")


def test_an_unknown_verb_is_refused(pyz: Path) -> None:
    done = python(pyz, str(pyz), "destroy")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("usage: steward {")


def test_every_module_comes_up_with_what_the_bundle_holds_and_python_itself(pyz: Path) -> None:
    """But the migrations' own: they run on servers, which have psycopg."""
    modules = [one[:-3].replace("/", ".") for one in names() if one.endswith(".py") and one != "__main__.py"]
    modules = [one for one in modules if not one.startswith("steward.migrate.")]
    wanted = [one.removesuffix(".__init__") for one in modules]
    done = python(pyz, "-c", EVERYTHING, str(pyz), *wanted)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["fleet", "steward"]


@pytest.mark.parametrize("module", sorted(set(VERBS.values()) - {"steward.migrate"}))
def test_every_verb_comes_up_first(pyz: Path, module: str) -> None:
    """In a process of its own: what another verb has imported before hides what imports itself in a circle."""
    code = f"import sys; sys.path.insert(0, sys.argv[1]); import {module}; {module}.main"
    assert python(pyz, "-c", code, str(pyz)).stderr == ""


def test_a_verb_of_dumps_comes_up_first(pyz: Path) -> None:
    done = python(pyz, str(pyz), "dump", "take", "no-such-cluster", "shop")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read: no such file or directory" in done.stderr


def test_every_verb_has_its_module() -> None:
    modules = {one[:-3].replace("/", ".").removesuffix(".__init__") for one in names()}
    assert set(VERBS.values()) <= modules


def test_a_cluster_that_a_host_does_not_know_is_refused_in_a_sentence(pyz: Path) -> None:
    done = python(pyz, str(pyz), "backup", "no-such-cluster", "near", "full")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read: no such file or directory\n    HINT: clusters here: " in done.stderr


def test_sql_is_read_out_of_the_zip_file(pyz: Path) -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); from steward.sql import sql; print(sql('primary')[:2])"
    assert python(pyz, "-c", code, str(pyz)).stdout == "--\n"
