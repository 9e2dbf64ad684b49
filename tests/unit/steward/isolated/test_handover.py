"""What changes hands is what postgres owns and nobody else knows by another name; a planted link leads nowhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.problem import Refused
from steward.isolated.handover import Hands, clear, opened, take, where

KEEPER, USER = 991, 61999
HANDS = Hands(KEEPER, USER, USER)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[int]:
    """The directory whose entries change hands: `data`, with a file in a directory."""
    if os.geteuid() != 0:
        pytest.skip("owners are root's to change")
    (tmp_path / "place" / "data" / "base").mkdir(parents=True)
    (tmp_path / "place" / "data" / "base" / "1").write_text("page")
    keep(tmp_path / "place")
    handle = os.open(tmp_path / "place", os.O_RDONLY | os.O_DIRECTORY)
    yield handle
    os.close(handle)


def keep(path: Path) -> None:
    for one in (path, *path.rglob("*")):
        os.chown(one, KEEPER, KEEPER, follow_symlinks=False)


def owners(path: Path) -> set[int]:
    return {one.lstat().st_uid for one in (path, *path.rglob("*"))}


def test_the_whole_directory_changes_hands_and_goes(place: int, tmp_path: Path) -> None:
    take(place, "data", HANDS)
    assert owners(tmp_path / "place" / "data") == {USER}
    assert (tmp_path / "place").stat().st_uid == KEEPER
    take(place, "data", HANDS)  # as one that was interrupted is begun again
    clear(place, ["data", "absent"])
    assert list((tmp_path / "place").iterdir()) == []


def test_what_was_not_handed_over_is_not_removed(place: int, tmp_path: Path) -> None:
    clear(place, ["data"])
    assert (tmp_path / "place" / "data" / "base" / "1").read_text() == "page"


@pytest.mark.parametrize("to", ["secret", "secrets"])
def test_a_planted_link_stays_a_link_and_what_it_names_stays_whose_it_is(place: int, tmp_path: Path, to: str) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (tmp_path / "secret").touch()
    (secrets / "one").touch()
    link = tmp_path / "place" / "data" / "base" / "2"
    link.symlink_to(tmp_path / to)
    take(place, "data", HANDS)
    clear(place, ["data"])
    assert owners(secrets) | owners(tmp_path / "secret") == {0}
    assert (secrets / "one").exists() and (tmp_path / "secret").exists()


def test_a_link_in_the_place_of_the_directory_is_refused(place: int, tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "place" / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(Refused, match="link: is no directory"):
        take(place, "link", HANDS)
    clear(place, ["link"])
    assert owners(tmp_path / "victim") == {0}


def test_a_file_with_a_second_name_is_refused(place: int, tmp_path: Path) -> None:
    """A hard link to a file of postgres's that lies elsewhere: its log, its keys."""
    (tmp_path / "key").touch()
    os.link(tmp_path / "key", tmp_path / "place" / "data" / "key")
    os.chown(tmp_path / "key", KEEPER, KEEPER)
    with pytest.raises(Refused, match="key: has a second name"):
        take(place, "data", HANDS)
    assert (tmp_path / "key").stat().st_uid == KEEPER


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_what_belongs_to_somebody_else_is_refused(place: int, tmp_path: Path, kind: str) -> None:
    other = tmp_path / "place" / "data" / "other"
    other.touch() if kind == "file" else other.mkdir()
    with pytest.raises(Refused, match="other: belongs to the user 0"):
        take(place, "data", HANDS)
    assert other.stat().st_uid == 0


def test_a_pipe_is_refused_and_not_waited_for(place: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "place" / "data" / "pipe")
    os.chown(tmp_path / "place" / "data" / "pipe", KEEPER, KEEPER)
    with pytest.raises(Refused, match="pipe: is neither a file nor a directory"):
        take(place, "data", HANDS)


def test_a_directory_that_moved_away_is_still_the_one(place: int, tmp_path: Path) -> None:
    """Whoever owns the directory above puts another in its place: descriptors lead to the first."""
    (tmp_path / "place").rename(tmp_path / "moved")
    (tmp_path / "victim" / "data").mkdir(parents=True)
    (tmp_path / "place").symlink_to(tmp_path / "victim")
    take(place, "data", HANDS)
    clear(place, ["data"])
    assert owners(tmp_path / "victim") == {0}
    assert list((tmp_path / "moved").iterdir()) == []


def test_an_entry_is_opened_itself(place: int, tmp_path: Path) -> None:
    (tmp_path / "place" / "link").symlink_to("data")
    with opened("link", place) as handle:
        assert os.readlink("", dir_fd=handle) == "data"


@pytest.mark.parametrize("name", ["a b", "evil:usr", 'quo"te', "tab\there", "new\nline", "back\\slash", "ümlaut"])
def test_a_place_is_refused_that_systemd_would_read_as_something_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    handle = os.open(tmp_path / name, os.O_RDONLY | os.O_DIRECTORY)
    with pytest.raises(Refused, match="has a name with other than"):
        where(handle)
    os.close(handle)


def test_the_place_of_a_plain_name_is_known(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    assert where(handle) == tmp_path
    os.close(handle)
