"""What pgBackRest's verification says in words, since it exits 0 whatever it finds."""

import pytest

from steward.chain import verified
from steward.chain.check import BROKEN, LATE
from steward.chain.judge import SLACK
from steward.chain.verified import Verified

from .world import DAY, NOW, backup, repository, sample

FULL, DIFF = "20261121-094838F", "20261121-094838F_20261121-100000D"
DAMAGED = sample("verify-2.55.1.txt").replace("status: ok", "status: error")


@pytest.mark.parametrize("version", ["2.45", "2.55.1", "2.60.0"])
def test_what_is_sound_is_sound_for_every_version(version: str) -> None:
    found = verified.verified(sample(f"verify-{version}.txt"))
    assert found == Verified("ok", {}, {})
    assert found.sound


def test_a_damaged_backup_is_named_with_its_state() -> None:
    found = verified.verified(DAMAGED.replace(f"{FULL}, status: valid", f"{FULL}, status: invalid"))
    assert (found.status, found.backups, found.wal, found.sound) == ("error", {FULL: "invalid"}, {}, False)
    assert found.document() == {"status": "error", "backups": {FULL: "invalid"}, "wal": {}}


@pytest.mark.parametrize("state", ["manifest missing", "invalid", "in-progress"])
def test_states_of_several_words_are_read_whole(state: str) -> None:
    text = f"status: ok\n  backup: {FULL}, status: {state}, total files checked: 0, total valid files: 0\n"
    assert verified.verified(text).backups == ({} if state == "in-progress" else {FULL: state})


def test_damaged_segments_are_counted_by_archive() -> None:
    found = verified.verified(DAMAGED.replace("total valid WAL: 287", "total valid WAL: 285"))
    assert (found.wal, found.sound) == ({"17-1": 2}, False)


@pytest.mark.parametrize("text", ["", "ERROR: [055]: unable to load info file\n"])
def test_a_verification_that_says_nothing_is_not_sound(text: str) -> None:
    assert verified.verified(text) == Verified("unknown", {}, {})
    assert not verified.verified(text).sound


def said(found: dict[str, object], pause: int = 7 * DAY, told: int = NOW) -> list[tuple[str, str, str]]:
    one = repository(backup(FULL), backup(DIFF, references=(FULL,)))
    return [(check.state, check.where, check.what) for check in verified.judge(one, found, pause, told, NOW)]


def test_what_verification_found_is_told_as_long_as_the_backup_is_there() -> None:
    found: dict[str, object] = {
        "at": NOW,
        "status": "error",
        "backups": {FULL: "invalid", "20251121-094838F": "invalid"},
        "wal": {"17-1": 2},
    }
    assert said(found) == [
        (
            *(BROKEN, f"repository near, backup {FULL}"),
            "verification calls it invalid: files are missing, or not what was written",
        ),
        (BROKEN, "repository near", "verification found 2 damaged segments in 17-1"),
    ]


def test_a_verification_without_a_result_is_to_be_run_again() -> None:
    assert said({"at": NOW, "status": "unknown", "backups": {}, "wal": {}}) == [
        (BROKEN, "repository near", "verification did not end well")
    ]


def test_a_repository_that_was_not_verified_in_time_is_late() -> None:
    late = [(LATE, "repository near", "was not verified in time")]
    assert said({}, told=NOW - 7 * DAY - SLACK) == []
    assert said({}, told=NOW - 7 * DAY - SLACK - 1) == late
    assert said({"at": NOW - 8 * DAY, "status": "ok"}, told=0) == late
    assert said({"at": NOW - 8 * DAY, "status": "ok"}, pause=0, told=0) == []  # another node's business
