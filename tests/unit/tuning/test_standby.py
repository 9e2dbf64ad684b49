"""A standby follows: never smaller than its primary where recovery compares the two."""

import pytest

from fleet.environment import Override
from fleet.hardware import GIB, Hardware
from fleet.problem import Refused
from fleet.setting import Setting
from fleet.tuning import COMPARED, for_standby, tune

SMALL = tune(Hardware(2 * GIB, 2, "ssd", 100 * GIB), 17, "oltp", standbys=1)


def found(settings: tuple[Setting, ...], name: str) -> Setting:
    return next(setting for setting in settings if setting.name == name)


def test_a_smaller_standby_takes_over_what_its_primary_runs_with() -> None:
    settings = for_standby(SMALL.settings, {"max_connections": 200, "max_worker_processes": 24})
    assert found(settings, "max_connections").value == "200"
    assert found(settings, "max_connections").why == (
        "kept at 200 while the primary runs with 200; for itself this machine would have 120"
    )
    assert found(settings, "max_worker_processes").value == "24"


def test_work_mem_gives_way_so_that_more_connections_fit_the_same_memory() -> None:
    work_mem = found(for_standby(SMALL.settings, {"max_connections": 240}), "work_mem")
    assert work_mem.value == "2176kB"
    assert work_mem.why == "4352kB for 120 connections, spread over the 240 of its larger primary"


def test_a_larger_standby_keeps_what_is_its_own() -> None:
    assert for_standby(SMALL.settings, dict.fromkeys(COMPARED, 0)) == SMALL.settings
    assert for_standby(SMALL.settings, {}) == SMALL.settings


def test_a_declared_work_mem_is_left_alone() -> None:
    overrides = {"work_mem": Override(value="1MB", why="short queries")}
    tuning = tune(Hardware(2 * GIB, 2, "ssd", 100 * GIB), 17, "oltp", overrides=overrides)
    assert found(for_standby(tuning.settings, {"max_connections": 400}), "work_mem").value == "1MB"


def test_nothing_but_the_compared_and_work_mem_ever_changes() -> None:
    after = for_standby(SMALL.settings, dict.fromkeys(COMPARED, 1000) | {"shared_buffers": 1})
    changed = {new.name for old, new in zip(SMALL.settings, after, strict=True) if old != new}
    assert changed == {*COMPARED, "work_mem"}


def test_a_standby_far_too_small_for_its_primary_is_refused() -> None:
    with pytest.raises(Refused, match="memory for 120 connections, its primary runs with 100000"):
        for_standby(SMALL.settings, {"max_connections": 100_000})
