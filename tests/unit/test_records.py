"""What jobs left on record is read again, also after logrotate has been there and a host has lost its power."""

import gzip
import json
from pathlib import Path

from steward.records import history


def line(begin: int, cluster: str = "shop") -> str:
    return json.dumps({"job": "backup", "cluster": cluster, "begin": begin, "exit": 0}) + "\n"


def test_records_that_were_put_aside_come_first_and_the_oldest_before_all(tmp_path: Path) -> None:
    lines = tmp_path / "jobs.jsonl"
    lines.write_text(line(4) + line(5))
    for number, begin in ((1, 3), (2, 2), (10, 1)):
        (tmp_path / f"jobs.jsonl.{number}.gz").write_bytes(gzip.compress(line(begin).encode()))
    assert [one["begin"] for one in history("shop", lines)] == [1, 2, 3, 4, 5]


def test_records_of_other_clusters_and_halves_of_lines_are_passed_over(tmp_path: Path) -> None:
    lines = tmp_path / "jobs.jsonl"
    lines.write_text(line(1) + line(2, "cash") + '{"job": "back\n' + line(3))
    assert [one["begin"] for one in history("shop", lines)] == [1, 3]


def test_where_no_job_ever_ran_there_is_no_record(tmp_path: Path) -> None:
    assert list(history("shop", tmp_path / "jobs.jsonl")) == []
