"""What stands before every script does what its first lines promise: tried with directories of root and postgres."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from pwd import getpwnam, getpwuid

import pytest

from tasks.shell import COMMON, text

LIBRARY = text(COMMON[0])


def known(user: str) -> bool:
    try:
        getpwnam(user)
    except KeyError:
        return False
    return True


pytestmark = pytest.mark.skipif(os.getuid() != 0 or not known("postgres"), reason="wants root, and a user postgres")


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory of root's alone, in which everything happens: `theirs` is postgres' own, `victim` is not."""
    made = Path(tempfile.mkdtemp(dir="/opt"))
    made.chmod(0o755)
    theirs = made / "theirs"
    theirs.mkdir()
    shutil.chown(theirs, "postgres", "postgres")
    (made / "victim").mkdir(mode=0o755)
    (made / "victim" / "file").write_text("root's\n")
    yield made
    shutil.rmtree(made)


def run(script: str, *arguments: object, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = ["sh", "-c", f"{LIBRARY}\n{script}", "test", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def put(path: Path, owner: str, what: str = "new\n") -> "subprocess.CompletedProcess[str]":
    return run('put "$1" "$2" 0640', path, owner, stdin=what)


def keeper(path: Path) -> str:
    return run('keep "$1"; echo "$keeper"', path).stdout.strip()


def owner(path: Path) -> str:
    return getpwuid(path.lstat().st_uid).pw_name


def untouched(place: Path) -> bool:
    victim = place / "victim"
    names = sorted(one.name for one in victim.iterdir())
    kept = names == ["file"] and (victim / "file").read_text() == "root's\n"
    return kept and owner(victim) == owner(victim / "file") == "root"


def test_a_file_goes_where_only_root_writes_as_root(place: Path) -> None:
    assert keeper(place / "a" / "b") == "root"
    assert put(place / "a" / "b", "root:postgres").returncode == 0
    assert (owner(place / "a"), owner(place / "a" / "b"), (place / "a" / "b").read_text()) == ("root", "root", "new\n")
    assert put(place / "key", "postgres:postgres").returncode == 0
    assert owner(place / "key") == "postgres"


def test_a_file_below_a_directory_of_postgres_is_written_by_postgres(place: Path) -> None:
    path = place / "theirs" / "new" / "file"
    assert keeper(path) == "postgres"
    assert put(path, "postgres:postgres").returncode == 0
    assert (owner(path.parent), owner(path), path.stat().st_mode & 0o777) == ("postgres", "postgres", 0o640)


def test_a_link_under_the_files_name_or_its_temporary_name_is_replaced(place: Path) -> None:
    path = place / "theirs" / "file"
    for name in (path, path.with_name("file.pgsteward-new")):
        name.symlink_to(place / "victim" / "file")
    assert put(path, "postgres:postgres").returncode == 0
    assert path.read_text() == "new\n"
    assert not path.is_symlink()
    assert untouched(place)


def test_a_link_under_a_directorys_name_leads_nowhere(place: Path) -> None:
    (place / "theirs" / "directory").symlink_to(place / "victim")
    refused = put(place / "theirs" / "directory" / "file", "postgres:postgres")
    assert refused.returncode != 0
    assert "cannot be written by postgres\n    HINT: " in refused.stderr
    refused = run('own_directory "$1" 0700', place / "theirs" / "directory" / "new")
    assert "does not become a directory of postgres' own\n    HINT: " in refused.stderr
    assert untouched(place)


def test_a_file_of_roots_in_a_directory_of_postgres_is_refused(place: Path) -> None:
    refused = put(place / "theirs" / "file", "root:root")
    assert refused.returncode != 0
    assert "is to be root:root, but lies in a directory that others can write\n    HINT: " in refused.stderr
    assert list((place / "theirs").iterdir()) == []


def test_roots_own_links_are_followed_and_judged_where_they_lead(place: Path) -> None:
    (place / "away").mkdir()
    (place / "link").symlink_to(place / "away")
    (place / "there").symlink_to(place / "theirs")
    assert keeper(place / "link" / "file") == "root"
    assert keeper(place / "there" / "file") == "postgres"
    (place / "theirs" / "back").symlink_to(place / "away")
    assert keeper(place / "theirs" / "back" / "file") == "postgres"


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702])
def test_what_everybody_can_write_is_not_roots(place: Path, mode: int) -> None:
    (place / "victim").chmod(mode)
    assert keeper(place / "victim" / "file") == "postgres"


def test_a_group_with_somebody_in_it_counts_and_an_empty_one_does_not(place: Path) -> None:
    (place / "victim").chmod(0o2775)
    for group, wanted in {"root": "root", "staff": "root", "postgres": "postgres"}.items():
        shutil.chown(place / "victim", group=group)
        assert keeper(place / "victim" / "file") == wanted, group


def test_a_directory_of_roots_below_one_of_postgres_is_handed_over(place: Path) -> None:
    inner = place / "theirs" / "17" / "shop"
    inner.mkdir(parents=True)
    assert run('given "$1"', inner).returncode == 0
    assert owner(inner.parent) == owner(inner) == "postgres"
    assert owner(place) == "root"


def test_nothing_that_a_link_leads_to_is_handed_over(place: Path) -> None:
    (place / "victim" / "inner").mkdir()
    (place / "theirs" / "17").symlink_to(place / "victim")
    run('given "$1"', place / "theirs" / "17" / "inner")
    assert owner(place / "victim") == owner(place / "victim" / "inner") == "root"


def test_a_directory_of_its_own_in_roots_is_made_by_root_and_in_postgres_by_postgres(place: Path) -> None:
    for path in (place / "srv" / "data", place / "theirs" / "a" / "data"):
        assert run('own_directory "$1" 0700', path).returncode == 0
        assert (owner(path), path.stat().st_mode & 0o777) == ("postgres", 0o700)
    assert owner(place / "srv") == "root"


def test_a_directory_that_root_has_made_in_postgres_as_for_a_mount_becomes_postgres_own(place: Path) -> None:
    path = place / "theirs" / "mounted"
    path.mkdir()
    assert run('own_directory "$1" 0700', path).returncode == 0
    assert (owner(path), path.stat().st_mode & 0o777) == ("postgres", 0o700)


def test_what_is_read_is_read_as_whom_it_belongs_to(place: Path) -> None:
    (place / "victim" / "file").chmod(0o600)
    (place / "theirs" / "log").symlink_to(place / "victim" / "file")
    assert run('touching "$1" cat "$1"', place / "theirs" / "log").stdout == ""
    assert run('touching "$1" cat "$1"', place / "victim" / "file").stdout == "root's\n"


def test_what_root_keeps_to_itself_is_not_handed_over(place: Path) -> None:
    """postgres may move such a directory to the name that a script asks for; it does not become his."""
    (place / "theirs" / "17").mkdir(mode=0o700)
    run('given "$1"', place / "theirs" / "17" / "inner")
    assert owner(place / "theirs" / "17") == "root"
