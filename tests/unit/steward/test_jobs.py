"""Whether jobs did what was declared."""

from typing import Any

import pytest

from steward.chain import jobs
from steward.chain.check import BROKEN, LATE
from steward.chain.jobs import Key
from steward.chain.judge import SLACK
from steward.cluster import Job

from .world import DAY, NOW

FULL = Job("backup", "near", "full", "sunday 01:00", 7 * DAY)
VERIFY = Job("verify", "near", "", "wednesday 03:00", 7 * DAY)
KEY = ("backup", "near", "full")
RECORD = {"job": "backup", "cluster": "main", "repository": "near", "kind": "full"}


def said(*wanted: Job, told: int = NOW, lasts: dict[Key, dict[str, Any]] | None = None) -> list[tuple[str, str, str]]:
    return [(one.state, one.where, one.what) for one in jobs.judge(wanted, lasts or {}, [], told, NOW)]


def test_a_job_that_ended_well_in_time_is_good() -> None:
    assert said(FULL, lasts={KEY: {**RECORD, "begin": NOW - 7 * DAY, "exit": 0}}) == []


def test_a_job_that_failed_is_told_until_it_succeeds() -> None:
    assert said(FULL, lasts={KEY: {**RECORD, "begin": NOW - 60, "exit": 82}}) == [
        (BROKEN, "job backup-near-full", "ended with exit code 82")
    ]


def test_a_job_says_itself_what_it_found() -> None:
    record = {"job": "amcheck", "begin": NOW, "exit": 2, "reason": "pg_amcheck found damage: index i"}
    assert said(Job("amcheck", "", "", "saturday 03:00", 7 * DAY), lasts={("amcheck", "", ""): record}) == [
        (BROKEN, "job amcheck", "pg_amcheck found damage: index i")
    ]


def test_a_job_that_gave_way_to_the_same_one_did_not_fail() -> None:
    assert said(FULL, lasts={KEY: {**RECORD, "begin": NOW, "exit": 75}}) == []


def test_a_backup_by_hand_that_failed_is_told_where_backups_are_taken() -> None:
    record = {**RECORD, "kind": "incr", "begin": NOW, "exit": 1}
    assert said(FULL, lasts={("backup", "near", "incr"): record}) == [
        (BROKEN, "job backup-near-incr", "ended with exit code 1")
    ]


def test_a_node_that_takes_no_backups_any_more_is_not_blamed_for_its_last_one() -> None:
    """It was the primary, its last backup failed, and then it was demoted: nothing of it can be mended there."""
    record = {**RECORD, "begin": NOW - DAY, "exit": 56}
    amcheck = Job("amcheck", "", "", "saturday 03:00", 7 * DAY)
    assert said(amcheck, lasts={KEY: record}) == []


def test_other_verbs_are_the_business_of_whoever_ran_them() -> None:
    assert said(FULL, lasts={("restore", "near", "beside"): {"job": "restore", "begin": NOW, "exit": 1}}) == []


def test_a_killed_job_is_told_by_its_name() -> None:
    found = list(jobs.judge([FULL], {}, [RECORD], NOW, NOW))
    assert [(one.state, one.where, one.what) for one in found] == [
        (BROKEN, "job backup-near-full", "was killed before its end")
    ]


@pytest.mark.parametrize(("age", "late"), [(7 * DAY + SLACK, False), (7 * DAY + SLACK + 1, True)])
def test_a_job_that_did_not_run_is_late(age: int, late: bool) -> None:
    expected = [(LATE, "job backup-near-full", "did not run for 170 h, though it is due sunday 01:00")] if late else []
    assert said(FULL, told=0, lasts={KEY: {**RECORD, "begin": NOW - age, "exit": 0}}) == expected


def test_a_job_that_never_ran_is_late_from_when_the_node_was_told() -> None:
    assert said(VERIFY, told=NOW - 7 * DAY) == []
    assert said(VERIFY, told=NOW - 8 * DAY) == [
        (LATE, "job verify-near", "did not run for 192 h, though it is due wednesday 03:00")
    ]


def test_a_new_schedule_gives_an_old_job_time() -> None:
    assert said(FULL, told=NOW - DAY, lasts={KEY: {**RECORD, "begin": NOW - 90 * DAY, "exit": 0}}) == []


TAKE = Job("dump-take", "shop", "", "daily 02:00", DAY)
SEND = Job("dump-send", "", "", "every 1h", 3600)


def test_whether_dumps_are_late_is_told_by_what_there_is_of_them() -> None:
    """Another node may have taken the last one."""
    assert said(TAKE, SEND, Job("dump-verify", "", "", "sunday 04:00", 7 * DAY), told=0) == []


def test_a_dump_that_failed_here_is_told_by_its_database() -> None:
    record = {"job": "dump-take", "cluster": "main", "database": "shop", "begin": NOW, "exit": 1, "reason": "no room"}
    assert said(TAKE, lasts={("dump-take", "shop", ""): record}) == [(BROKEN, "job dump-take-shop", "no room")]
    assert said(TAKE, lasts={("dump-take", "other", ""): {**record, "database": "other"}}) == []


def test_a_sending_that_failed_is_told_by_its_target() -> None:
    record = {"job": "dump-send", "cluster": "main", "target": "offsite", "begin": NOW, "exit": 1, "reason": "is away"}
    assert said(SEND, lasts={("dump-send", "offsite", ""): record}) == [(BROKEN, "job dump-send-offsite", "is away")]
    [check] = jobs.judge([SEND], {("dump-send", "offsite", ""): record}, [], NOW, NOW)
    assert check.hint == "run it again when mended: steward dump send"
    assert said(TAKE, lasts={("dump-send", "offsite", ""): record}) == []
