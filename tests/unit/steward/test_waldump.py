"""Commits and restore points in what pg_waldump of three versions prints."""

import pytest

from steward.chain import waldump
from steward.chain.waldump import Commit, Point

from .world import sample

KINDS = sample("pg_waldump-15-kinds.txt")


@pytest.mark.parametrize(
    ("version", "count", "first"),
    [
        (15, 5, Commit(1990, 0x114000EF0, "2026-11-21 10:14:26.000458")),
        (17, 5, Commit(1989, 0x117000CF8, "2026-11-21 10:14:12.001057")),
        (18, 5, Commit(2015, 0x1150000B0, "2026-11-21 10:14:22.000932")),
    ],
)
def test_commits_are_found_in_their_order(version: int, count: int, first: Commit) -> None:
    found = list(waldump.commits(sample(f"pg_waldump-{version}.txt")))
    assert (len(found), found[0]) == (count, first)
    assert found == sorted(found, key=lambda one: one.position)


def test_a_commit_with_more_to_say_is_found() -> None:
    """Messages of invalidation, subtransactions, dropped files: all behind its time."""
    found = {one.xid: one for one in waldump.commits(KINDS)}
    assert found[726] == Commit(726, 0x1516890, "2026-11-21 10:20:25.939305")
    assert found[731] == Commit(731, 0x1516E78, "2026-11-21 10:20:26.044914")


def test_a_transaction_that_was_prepared_is_found_by_its_own_number() -> None:
    """The record of its commit bears no transaction; its number stands in the description."""
    assert Commit(730, 0x1516A70, "2026-11-21 10:20:26.002446") in list(waldump.commits(KINDS))


def test_what_was_rolled_back_or_only_prepared_is_no_commit() -> None:
    assert [one.xid for one in waldump.commits(KINDS)] == [723, 726, 730, 731]


def test_restore_points_keep_their_names_whole_and_in_order() -> None:
    assert list(waldump.points(KINDS)) == [
        Point("before the release, 2.0", 0x1516AA0),
        Point("x", 0x1516B08),
        Point("before the release, 2.0", 0x1517050),
    ]


@pytest.mark.parametrize("text", ["", "pg_waldump: error: could not find a valid record after 1/14000000\n"])
def test_a_segment_that_cannot_be_read_holds_nothing(text: str) -> None:
    assert (list(waldump.commits(text)), list(waldump.points(text))) == ([], [])
