"""Every rule has a row, and every row a rule."""

import pytest

from fleet.tuning import Tuning, tune
from fleet.versions import POSTGRESQL

from .rows import OTHERWISE, REFERENCE, ROWS, hardware

FILE = ["memory", "write-ahead log", "replication", "planner and storage", "parallelism", "autovacuum"]
FILE += ["clients", "log", "statistics", "security"]


def tuned(**differs: object) -> Tuning:
    """The tuning of the reference, but for what `differs`."""
    machine = {name: value for name, value in differs.items() if name in REFERENCE}
    rest = {name: value for name, value in differs.items() if name not in REFERENCE}
    asked = {"version": 18, "workload": "oltp", "standbys": 2} | rest
    return tune(hardware(**machine), **asked)  # type: ignore[arg-type]


def test_every_setting_of_the_reference_is_as_its_row_says() -> None:
    assert {setting.name: setting.value for setting in tuned().settings} == ROWS


@pytest.mark.parametrize(("differs", "name", "value"), OTHERWISE, ids=lambda part: str(part)[:60])
def test_another_machine_gets_another_value(differs: dict[str, object], name: str, value: str | None) -> None:
    values = {setting.name: setting.value for setting in tuned(**differs).settings}
    assert values.get(name) == value


def test_chapters_come_in_the_order_of_the_file_and_each_once() -> None:
    chapters = list(dict.fromkeys(setting.chapter for setting in tuned().settings))
    runs = [a.chapter for a, b in zip(tuned().settings, tuned().settings[1:], strict=False) if a.chapter != b.chapter]
    assert chapters == FILE
    assert [*runs, FILE[-1]] == FILE


@pytest.mark.parametrize("version", POSTGRESQL)
def test_every_setting_says_why_in_one_line_and_none_is_there_twice(version: int) -> None:
    settings = tuned(version=version).settings
    assert len({setting.name for setting in settings}) == len(settings)
    assert all(setting.why.isprintable() and len(setting.why) > 8 for setting in settings)
    assert not any(setting.why.endswith(".") for setting in settings)


@pytest.mark.parametrize(
    ("differs", "name", "numbers"),
    [
        ({}, "shared_buffers", ["a quarter", "16GB"]),
        ({}, "work_mem", ["300", "× 2", "7.96 GB", "13 GB", "90 %", "14.4 GB", "16GB"]),
        ({"memory": 2 * 1024**3}, "max_connections", ["127", "4MB", "300", "pooler"]),
        ({"disk": 10 * 1024**3}, "max_wal_size", ["8GB", "10GB", "20 %"]),
        ({"cpus": 8}, "max_worker_processes", ["8 CPUs", "8 for"]),
        ({"storage": "nvme"}, "autovacuum_vacuum_cost_limit", ["nvme", "585 MB/s"]),
    ],
)
def test_a_reason_has_its_numbers_in_it(differs: dict[str, object], name: str, numbers: list[str]) -> None:
    why = next(setting.why for setting in tuned(**differs).settings if setting.name == name)
    assert all(number in why for number in numbers), why


def test_a_machine_that_fits_its_workload_needs_no_advice() -> None:
    assert tuned().advice == ()


def test_a_small_machine_is_told_to_get_a_pooler() -> None:
    assert "put a pooler in front of them" in " ".join(tuned(memory=1024**3).advice)


def test_a_small_disk_is_told_that_checkpoints_will_be_frequent() -> None:
    assert "WAL between checkpoints" in " ".join(tuned(disk=10 * 1024**3).advice)


def test_the_archive_queue_is_reserved_for_the_backups() -> None:
    assert tuned().archive_queue == tuned().wal.archive_queue == 28.75 * 1024**3
    assert tuned(archive_queue_share=10).archive_queue < tuned().archive_queue
