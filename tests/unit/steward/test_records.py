"""What jobs leave behind, however they ended."""

import gzip
import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fleet.problem import Problem, Refused
from steward import locked, records
from steward.cluster import Described, Job
from steward.locked import Busy, held
from steward.records import KILLED, killed, lasts, recorded

from .world import told

FULL = Job("backup", "near", "full", "sunday 01:00", 7 * 86400)
KEY = ("backup", "near", "full")


class Host:
    """A host's directories, in the test's own."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.now = root, 1_800_000_000
        for name in ("locks", "log", "metrics", "state"):
            (root / name).mkdir()
        patch.setattr(records, "LINES", root / "log" / "jobs.jsonl")
        patch.setattr(records.history, "__defaults__", (root / "log" / "jobs.jsonl",))
        patch.setattr(records, "EXPORTED", root / "nowhere")
        patch.setattr(records, "OWN", root / "metrics")
        patch.setattr(records.time, "time", lambda: self.now)
        patch.setattr(Described, "state", property(lambda told: root / "state" / told.cluster))
        for function in (locked.locked, locked.queued, locked.held):
            patch.setattr(getattr(function, "__wrapped__", function), "__defaults__", (root / "locks",))

    def told(self, cluster: str = "main") -> Described:
        data = Path("/var/lib/postgresql/17/main")
        return told(data, cluster)

    def lines(self) -> list[dict[str, Any]]:
        path = self.root / "log" / "jobs.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def metrics(self, name: str) -> list[str]:
        return (self.root / "metrics" / f"pgsteward-main-{name}.prom").read_text().splitlines()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    yield Host(tmp_path, monkeypatch)


def run(here: Host, job: Job = FULL, exit: int = 0, seconds: int = 5, cluster: str = "main", **more: Any) -> None:
    with recorded(here.told(cluster), job) as outcome:
        here.now += seconds
        outcome.exit, outcome.more = exit, more


def test_a_job_leaves_a_line_with_its_begin_seconds_and_exit_code(here: Host) -> None:
    run(here, exit=82, reason="no room")
    assert here.lines() == [
        {
            **{"job": "backup", "cluster": "main", "repository": "near", "kind": "full", "begin": 1_800_000_000},
            **{"seconds": 5, "exit": 82, "reason": "no room"},
        }
    ]
    assert lasts(here.told()) == {KEY: here.lines()[0]}
    assert list(killed(here.told())) == []


def test_a_job_of_the_whole_cluster_has_no_empty_labels(here: Host) -> None:
    run(here, Job("amcheck", "", "", "", 0))
    assert set(here.lines()[0]) == {"job", "cluster", "begin", "seconds", "exit"}
    assert set(lasts(here.told())) == {("amcheck", "", "")}


def test_a_job_that_raises_is_on_record_as_failed(here: Host) -> None:
    with pytest.raises(Refused), recorded(here.told(), FULL):
        raise Refused("main", [Problem("disk", "is full", "make room")])
    assert [(one["exit"], one["reason"]) for one in here.lines()] == [(1, "is full")]
    assert list(killed(here.told())) == []


def test_the_last_of_several_runs_counts_and_each_cluster_for_itself(here: Host) -> None:
    run(here, exit=1)
    run(here)
    run(here, exit=3, cluster="other")
    assert [one["exit"] for one in here.lines()] == [1, 0, 3]
    assert lasts(here.told())[KEY]["exit"] == 0
    assert lasts(here.told("other"))[KEY]["exit"] == 3
    assert lasts(here.told("third")) == {}


def test_what_ran_is_known_after_the_lines_were_rotated_away(here: Host) -> None:
    """Monthly: a job of each week would be late at once."""
    run(here, exit=1)
    run(here)
    path = here.root / "log" / "jobs.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    path.with_name("jobs.jsonl.10.gz").write_bytes(gzip.compress(first))
    path.with_name("jobs.jsonl.2.gz").write_bytes(gzip.compress(second))
    path.unlink()
    assert [one["exit"] for one in records.history("main")] == [1, 0]
    assert lasts(here.told())[KEY]["exit"] == 0


def test_lines_that_logrotate_is_just_putting_aside_stop_nothing(here: Host) -> None:
    run(here)
    path = here.root / "log" / "jobs.jsonl"
    whole = gzip.compress(path.read_bytes())
    for cut in (0, 5, len(whole) - 9):
        path.with_name("jobs.jsonl.1.gz").write_bytes(whole[:cut])
        assert lasts(here.told())[KEY]["exit"] == 0


def test_a_line_that_was_cut_short_by_a_full_disk_stops_nothing_and_takes_no_other_along(here: Host) -> None:
    run(here)
    path = here.root / "log" / "jobs.jsonl"
    path.write_text(path.read_text()[:-20])
    assert lasts(here.told()) == {}
    run(here, exit=3)
    assert lasts(here.told())[KEY]["exit"] == 3


def test_a_killed_job_is_seen_until_the_next_one_buries_it(here: Host) -> None:
    begun = here.root / "state" / "main" / "begun" / "backup-near-full.json"
    begun.parent.mkdir(parents=True)
    begun.write_text('{"job": "backup", "cluster": "main", "repository": "near", "kind": "full", "begin": 7}\n')
    assert [one["begin"] for one in killed(here.told())] == [7]
    run(here)
    assert list(killed(here.told())) == []
    assert [one["exit"] for one in here.lines()] == [KILLED, 0]
    assert lasts(here.told())[KEY]["exit"] == 0


def test_a_beginning_that_a_power_failure_left_empty_stops_nothing(here: Host) -> None:
    begun = here.root / "state" / "main" / "begun" / "backup-near-full.json"
    begun.parent.mkdir(parents=True)
    for text in ("", "\n"):
        begun.write_text(text)
        assert list(killed(here.told())) == [{}]
        assert lasts(here.told()).keys() <= {KEY}
        run(here)
    assert [one["exit"] for one in here.lines()] == [KILLED, 0, KILLED, 0]
    assert lasts(here.told())[KEY]["exit"] == 0


def test_a_job_that_runs_was_not_killed_and_begins_no_second_time(here: Host) -> None:
    with recorded(here.told(), FULL):
        assert list(killed(here.told())) == []
        with pytest.raises(Busy), recorded(here.told(), FULL):
            pytest.fail("it ran twice")  # pragma: no cover
    assert len(here.lines()) == 1


def test_metrics_keep_the_last_success_over_a_failure(here: Host) -> None:
    labels = '{cluster="main",repository="near",kind="full"}'
    run(here)
    success = f"pgsteward_backup_last_success_timestamp_seconds{labels} 1800000005"
    assert here.metrics("backup-near-full") == [
        f"pgsteward_backup_exit_code{labels} 0",
        f"pgsteward_backup_seconds{labels} 5",
        success,
    ]
    run(here, exit=82, seconds=9)
    assert here.metrics("backup-near-full") == [
        f"pgsteward_backup_exit_code{labels} 82",
        f"pgsteward_backup_seconds{labels} 9",
        success,
    ]


def test_metrics_of_a_job_that_never_succeeded_claim_no_success(here: Host) -> None:
    run(here, exit=1)
    assert not any("success" in line for line in here.metrics("backup-near-full"))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    records.replace(path, "one")
    records.replace(path, "two")
    assert path.read_text() == "two\n"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


# --- locks -----------------------------------------------------------------------------------------------------------


def hold(directory: Path, ready: Any) -> None:
    with locked.locked("job", directory):
        ready.set()
        multiprocessing.Event().wait()


def test_a_killed_process_lets_go_of_its_lock(tmp_path: Path) -> None:
    ready = multiprocessing.Event()
    process = multiprocessing.Process(target=hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(5)
    assert held("job", tmp_path)
    with pytest.raises(Busy), locked.locked("job", tmp_path):
        pytest.fail("two held it")  # pragma: no cover
    process.kill()
    process.join(5)
    assert not held("job", tmp_path)
    assert not held("another", tmp_path)


def test_a_dump_is_on_record_by_its_database_whatever_that_is_called(here: Host) -> None:
    run(here, Job("dump-take", 'a/"b"', "", "", 0), id="20261121T020000Z-x")
    assert (here.lines()[0]["database"], "repository" in here.lines()[0]) == ('a/"b"', False)
    assert set(lasts(here.told())) == {("dump-take", 'a/"b"', "")}
    assert here.metrics("dump-take-a%2F%22b%22")[0] == (
        'pgsteward_dump_take_exit_code{cluster="main",database="a/\\"b\\""} 0'
    )
    assert list(killed(here.told())) == []
