"""What a host was told of its clusters, as `fleet.steward` wrote it."""

import json
from pathlib import Path

import pytest

from fleet import environment, steward
from fleet.layout import Layout
from fleet.problem import Refused
from steward.cluster import Chosen, Job, Repository, Retention, described

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2: {address: 192.0.2.12, duty: standby}
      keep: {address: 192.0.2.21, duty: repository}
    backups:
      repositories:
        near: {host: keep, retention: {full: 3, differential: 6}}
        far: {s3: {endpoint: s3.example.com, bucket: b}}
"""


def wrote(root: Path, node: str, queue: int = 0) -> None:
    cluster = environment.load(TEXT, "test.yml").clusters["main"]
    (root / "main").mkdir(exist_ok=True)
    told = steward.description(cluster, Layout(17, "main", cluster.data), node, queue)
    (root / "main" / "steward.json").write_text(json.dumps(told))


def test_a_server_reads_what_it_was_told(tmp_path: Path) -> None:
    wrote(tmp_path, "pg1", 1 << 30)
    told = described("main", tmp_path)
    assert (told.cluster, told.node, told.server, told.version, told.port) == ("main", "pg1", True, 17, 5432)
    assert (told.data, told.rpo, told.queue, told.standbys) == (
        *(Path("/var/lib/postgresql/17/main"), 60, 1 << 30, ("pg2",)),
    )
    assert told.repositories == (Repository("near", 1, False, 86400), Repository("far", 2, False, 86400))
    assert [job.name for job in told.jobs] == ["amcheck"]
    assert told.told == int((tmp_path / "main" / "steward.json").stat().st_mtime)
    assert (told.state, told.binaries) == (Path("/var/lib/pgsteward/main"), Path("/usr/lib/postgresql/17/bin"))


def test_a_repositorys_host_has_the_jobs_of_both_repositories(tmp_path: Path) -> None:
    wrote(tmp_path, "keep")
    told = described("main", tmp_path)
    assert not told.server
    assert [one.mine for one in told.repositories] == [True, True]
    assert [job.name for job in told.jobs] == [
        *("backup-near-full", "backup-near-diff", "expire-near", "verify-near"),
        *("backup-far-full", "backup-far-diff", "expire-far", "verify-far"),
    ]
    assert told.jobs[1] == Job("backup", "near", "diff", "daily 01:00", 2 * 86400)


def test_a_repository_is_found_by_its_name_or_refused_with_those_that_are_there(tmp_path: Path) -> None:
    wrote(tmp_path, "keep")
    assert described("main", tmp_path).repository("far").number == 2
    with pytest.raises(Refused, match="there is no fra here\n    HINT: known here: near, far"):
        described("main", tmp_path).repository("fra")


def test_a_cluster_that_is_not_here_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: no such file or directory\n    HINT: clusters here: none"):
        described("main", tmp_path)
    wrote(tmp_path, "pg1")
    with pytest.raises(Refused, match="clusters here: main"):
        described("other", tmp_path)


DUMPS = {
    "directory": "/var/backups/pgsteward",
    "kind": "directory",
    "compression": "zstd:3",
    "jobs": 2,
    "passwords": False,
    "reserve": 1 << 30,
    "verify": {"jobs": 1, "memory": 1 << 29},
    "pause": 86400,
    "verify_pause": 604800,
    "retention": {"last": 3, "days": 0, "daily": 7, "weekly": 4, "monthly": 12, "yearly": 0},
    "databases": {"shop": {"content": "data", "tables": [], "without": ["log"], "without_rows": [], "pause": 3600}},
    "order": ["pg2", "pg1"],
}


def test_a_server_reads_what_is_declared_of_dumps(tmp_path: Path) -> None:
    wrote(tmp_path, "pg1")
    path = tmp_path / "main" / "steward.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "dumps": DUMPS}))
    found = described("main", tmp_path).dumps
    assert found is not None
    assert (found.directory, found.kind, found.compression) == (Path("/var/backups/pgsteward"), "directory", "zstd:3")
    assert (found.verify_jobs, found.verify_memory, found.order) == (1, 1 << 29, ("pg2", "pg1"))
    assert found.retention == Retention(last=3, daily=7, weekly=4, monthly=12)
    assert found.databases == {"shop": Chosen("data", without=("log",), pause=3600)}


def test_a_server_without_dumps_has_none(tmp_path: Path) -> None:
    wrote(tmp_path, "pg1")
    assert described("main", tmp_path).dumps is None
