"""What a restore is going to do, as pgBackRest is told of it."""

import json
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fleet.problem import Refused
from steward.cluster import Described
from steward.restore.plan import Plan, landing, plan, planned, position_of
from steward.restore.target import Target
from steward.restore.window import Found, Way

from .world import MB16, backup, told

PLAN = Plan("main", "near", 2, "20261121-090000F", 3, True, "time", "2026-11-21 10:00:00+00", False, 1000, "time …")
WAY = Way("near", backup(), 3, Target(), Found(position=0x3000148), 21 * MB16)


@pytest.mark.parametrize(
    ("kind", "value", "exclusive", "expected"),
    [
        (
            *("time", "2026-11-21 10:00:00+00", False),
            [
                *("--type=time", "--target=2026-11-21 10:00:00+00"),
                *("--target-timeline=3", "--target-action=promote"),
            ],
        ),
        (
            *("lsn", "0/3000148", True),
            [
                *("--type=lsn", "--target=0/3000148", "--target-timeline=3"),
                *("--target-action=promote", "--target-exclusive"),
            ],
        ),
        (
            *("set", "20261121-090000F", False),
            ["--type=immediate", "--target-action=promote", "--recovery-option=recovery_target_timeline=3"],
        ),
        ("end", "", False, ["--type=default", "--target-timeline=3"]),
    ],
)
def test_pgbackrest_is_told_the_backup_and_the_target(
    kind: str, value: str, exclusive: bool, expected: list[str]
) -> None:
    """Never without a backup: pgBackRest would silently take the newest one for a target before all of them."""
    wanted = replace(PLAN, kind=kind, value=value, exclusive=exclusive)
    assert wanted.options() == ["--repo=2", "--set=20261121-090000F", *expected]


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "rpo", "begun", "looks"),
    [
        (Target("time", "2026-11-21 11:59:58+00"), 5, True, 3),
        (Target("time", "2026-11-21 11:59:30+00"), 60, True, 3),
        (Target("time", "2026-11-21 11:59:24+00"), 5, True, 1),
        (Target("time", "2026-11-21 12:00:10+00"), 5, True, 1),
        (Target("time", "2026-11-21 11:59:58+00"), 0, True, 1),
        (Target("time", "2026-11-21 11:59:58+00"), 5, False, 1),
        (Target("name", "before"), 5, True, 1),
    ],
)
def test_a_moment_that_has_just_passed_is_waited_for_and_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: Target, rpo: int, begun: bool, looks: int
) -> None:
    """Beside a standby nobody can have the primary end its segment."""
    here = told(tmp_path, rpo=rpo)
    clock, seen = [NOW.timestamp()], []

    def chosen(told: Described, target: Target, name: str) -> Plan:
        seen.append(target)
        if len(seen) < 3:
            raise Refused("the restore", [])
        return PLAN

    if begun:
        (tmp_path / "postmaster.pid").touch()
    monkeypatch.setitem(plan.__globals__, "chosen", chosen)
    monkeypatch.setitem(plan.__globals__, "switched", lambda told: "")
    monkeypatch.setattr(time, "time", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.append(clock.pop() + seconds))
    with nullcontext() if looks == 3 else pytest.raises(Refused):
        assert plan(here, target) == PLAN
    assert len(seen) == looks


def test_at_the_end_of_the_archive_the_newest_timeline_is_left_to_recovery(tmp_path: Path) -> None:
    """A setting that PostgreSQL reads at its start alone would wait for a restart afterward, and the restart for it."""
    there = replace(PLAN, kind="end", value="", latest=True)
    assert there.options() == ["--repo=2", "--set=20261121-090000F", "--type=default"]
    here = told(tmp_path)
    assert planned(here, 2, WAY).latest
    assert not planned(here, 2, replace(WAY, target=Target("end", timeline=2))).latest


@pytest.mark.parametrize(
    ("target", "told", "position"),
    [
        (Target("time", "2026-11-21 12:00+01"), ("time", "2026-11-21 11:00:00+00"), None),
        (Target("lsn", "0/3000148"), ("lsn", "0/3000148"), 0x3000148),
        (Target("xid", "7423"), ("lsn", "0/3000148"), 0x3000148),
        (Target("name", "before"), ("lsn", "0/3000148"), 0x3000148),
        (Target("set", "20261121-100000F"), ("set", "20261121-100000F"), backup().first),
        (Target("end"), ("end", ""), 21 * MB16),
    ],
)
def test_recovery_is_told_of_a_place_that_was_found(
    target: Target, told: tuple[str, str], position: int | None
) -> None:
    way = replace(WAY, target=target)
    assert landing(way) == told
    assert position is None or position_of(way) == position


def test_the_backups_own_timeline_needs_no_history() -> None:
    """A repository that was made anew since the last promotion has none: recovery along a number would not begin."""
    assert "--target-timeline=current" in replace(PLAN, turns=False).options()
    assert "--recovery-option=recovery_target_timeline=current" in replace(PLAN, turns=False, kind="set").options()


def test_a_plan_survives_the_way_to_another_step() -> None:
    assert Plan(**json.loads(json.dumps(PLAN.document()))) == PLAN
