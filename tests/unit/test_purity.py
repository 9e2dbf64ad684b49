"""`fleet/` is pure: it imports nothing that reaches a host, a file, a clock, a random source or a shell."""

import ast
from pathlib import Path

import pytest

FLEET = Path(__file__).parent.parent.parent / "fleet"
MODULES = sorted(FLEET.rglob("*.py"))
FORBIDDEN = frozenset(
    [
        "asyncio",
        "builtins",
        "cryptography",
        "ctypes",
        "datetime",
        "fileinput",
        "ftplib",
        "gevent",
        "glob",
        "http",
        "importlib",
        "io",
        "jinja2",
        "lab",
        "logging",
        "multiprocessing",
        "os",
        "paramiko",
        "platform",
        "psycopg",
        "pyinfra",
        "pyrage",
        "random",
        "requests",
        "secrets",
        "select",
        "shutil",
        "signal",
        "socket",
        "ssl",
        "steward",
        "subprocess",
        "tasks",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
    ]
)
REACHING = frozenset({"open", "input", "exec", "eval", "__import__", "compile"})


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def called(tree: ast.AST) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def from_pathlib(tree: ast.AST) -> set[str]:
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "pathlib"
        for alias in node.names
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FLEET)))
def test_a_module_of_fleet_reaches_nothing(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert imported(tree) & FORBIDDEN == set()
    assert called(tree) & REACHING == set()
    assert from_pathlib(tree) <= {"PurePosixPath"}


def test_the_check_itself_finds_what_reaches_out() -> None:
    tree = ast.parse("import os.path\nfrom subprocess import run\nfrom pathlib import Path\nopen('x')")
    assert imported(tree) & FORBIDDEN == {"os", "subprocess"}
    assert called(tree) & REACHING == {"open"}
    assert from_pathlib(tree) == {"Path"}
