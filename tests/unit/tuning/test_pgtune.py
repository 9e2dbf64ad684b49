"""Beside PGTune: for every one of its answers ours is equal, or the difference has its reason here."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleet.hardware import GIB, Hardware
from fleet.size import parse_size
from fleet.tuning import tune

KNOWN = json.loads((Path(__file__).parent / "pgtune_vectors.json").read_text(encoding="utf-8"))
DISK = 1024 * GIB  # PGTune does not know the disk; here it is no limit
SAME = 0.13


@dataclass(frozen=True)
class Case:
    """One setting of one vector: PGTune's input, its answer and ours."""

    id: str
    input: dict[str, Any]
    name: str
    theirs: str
    ours: str

    @property
    def ratio(self) -> float:
        """Ours to theirs, of two sizes."""
        return parse_size(self.ours) / parse_size(self.theirs)


@dataclass(frozen=True)
class Difference:
    """Where and why we differ."""

    name: str
    when: Callable[[Case], bool]
    why: str


def typed(*types: str) -> Callable[[Case], bool]:
    return lambda case: case.input["dbType"] in types


def always(case: Case) -> bool:
    return True


DIFFERENCES = [
    Difference(
        "max_connections",
        lambda case: case.input["totalMemory"] <= 4 and case.input["connectionNum"] is None,
        "PGTune's exposure is 1.22 times memory for web on 2 GB, 1.61 for oltp: fewer connections or a pooler",
    ),
    Difference(
        "work_mem",
        lambda case: typed("web", "oltp")(case) and abs(case.ratio - 1) <= SAME and case.input["dbSize"] == "mid_ram",
        "divided from the budget instead of by 3, and rounded to a number that people read: about the same",
    ),
    Difference(
        "work_mem",
        lambda case: typed("oltp")(case) and (case.input["cpuNum"] or 0) >= 32 and 1 + SAME < case.ratio < 1.2,
        "PGTune divides by its 32 parallel workers too, as if they were connections",
    ),
    Difference(
        "work_mem",
        lambda case: typed("web", "oltp")(case) and parse_size(case.theirs) < 4 * 1024**2,
        "the old PGTune went below 4 MB; here connections give way instead",
    ),
    Difference(
        "work_mem",
        lambda case: case.input["dbSize"] == "less_ram",
        "PGTune adds 30 % where the data fits memory; the budget does not grow by that",
    ),
    Difference(
        "work_mem",
        lambda case: typed("mixed", "dw")(case) and case.input["dbSize"] != "less_ram",
        "the budget is shared by 2 (mixed) or 3 (dw) sorts of a query at a time, each hash twice as large",
    ),
    Difference(
        "work_mem",
        typed("desktop"),
        "20 connections share half of the budget, the other programs have the other half; PGTune divides by 6 more",
    ),
    Difference(
        "wal_buffers",
        lambda case: case.input["totalMemory"] <= 2,
        "PostgreSQL's own rule, a thirty-second of shared_buffers; PGTune takes 3 %",
    ),
    Difference(
        "huge_pages",
        lambda case: (case.theirs, case.ours) == ("off", "try"),
        "`try` falls back to ordinary pages by itself; nothing is lost where none are reserved",
    ),
    Difference("wal_level", typed("desktop"), "minimal serves neither a standby nor an archive"),
    Difference("max_wal_senders", typed("desktop"), "0 serves neither a standby nor a backup"),
    Difference(
        "max_worker_processes",
        lambda case: int(case.ours) == int(case.theirs) + 8,
        "PGTune's 4 on 4 CPUs is less than the default and leaves none for logical replication and extensions",
    ),
    Difference(
        "max_parallel_workers_per_gather",
        lambda case: typed("web", "oltp", "mixed")(case) and case.ours == "2",
        "with many connections the CPUs are busy, and each worker takes a work_mem that no budget counts",
    ),
    Difference(
        "max_parallel_workers_per_gather",
        lambda case: typed("dw")(case) and case.ours == "8",
        "more than 8 workers for one query starve the others, and each takes a work_mem",
    ),
    Difference(
        "maintenance_work_mem",
        lambda case: case.ours == "2GB" and case.ratio < 1,
        "index builds gain little beyond 2 GB (PGTune's own bound until 2026), and a restore runs several at once",
    ),
    Difference(
        "autovacuum_work_mem",
        lambda case: case.ratio < 1,
        "before 17 vacuum cannot use more than 1 GB, from 17 on it needs far less; the workers are in the budget",
    ),
    Difference(
        "effective_io_concurrency",
        lambda case: case.input["hdType"] == "nvme",
        "256 reads keep an nvme busy; 1000 only pin buffers",
    ),
    Difference(
        "random_page_cost",
        lambda case: typed("dw")(case) and case.input["hdType"] != "hdd",
        "the cost is the storage's, whatever the workload: 1.1 where nothing seeks",
    ),
    Difference(
        "io_method",
        always,
        "io_uring does not start everywhere (limits, seccomp, kernel.io_uring_disabled); worker is the default",
    ),
]


def cases() -> list[Case]:
    """Every setting of every vector."""
    return [
        Case(f"{version['commit'][:7]} {vector['id']}", vector["input"], name, theirs, ours[name])
        for version in KNOWN["versions"]
        for vector in version["vectors"]
        for ours in [answers(vector["input"])]
        for name, theirs in vector["settings"].items()
    ]


def answers(asked: dict[str, Any]) -> dict[str, str]:
    hardware = Hardware(asked["totalMemory"] * GIB, asked["cpuNum"] or 2, asked["hdType"], DISK)
    assert asked["totalMemoryUnit"] == "GB"
    tuning = tune(hardware, asked["dbVersion"], asked["dbType"], asked["connectionNum"])
    return {setting.name: setting.value for setting in tuning.settings}


ALL = cases()
DIFFERENT = [case for case in ALL if case.ours != case.theirs]


def test_there_is_something_to_compare() -> None:
    assert len(ALL) > 500


@pytest.mark.parametrize("case", DIFFERENT, ids=lambda case: f"{case.id} {case.name}")
def test_a_difference_from_pgtune_has_its_reason(case: Case) -> None:
    reasons = [one for one in DIFFERENCES if one.name == case.name and one.when(case)]
    assert reasons, f"{case.name}: PGTune says {case.theirs}, we say {case.ours}"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: f"{one.name}: {one.why[:30]}")
def test_every_reason_is_needed(difference: Difference) -> None:
    assert any(case.name == difference.name and difference.when(case) for case in DIFFERENT)


def test_the_settings_that_everyone_knows_are_pgtunes() -> None:
    never = {"shared_buffers", "effective_cache_size", "checkpoint_completion_target", "default_statistics_target"}
    never |= {"min_wal_size", "max_wal_size", "wal_compression", "jit", "max_parallel_workers"}
    never |= {"max_parallel_maintenance_workers", "autovacuum_max_workers"}
    assert not never & {case.name for case in DIFFERENT}
    assert never <= {case.name for case in ALL}
