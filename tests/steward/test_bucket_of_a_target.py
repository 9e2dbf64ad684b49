"""`steward bucket --target` on the buckets that dumps go to, by targets.json as a deploy writes it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fleet import dumps, environment
from steward import bucket

from .stores import KEY, SECRET, Puppet, certify, error, playing, serving

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes: {pg1: {address: 192.0.2.11, duty: primary}}
    databases: {shop: {owner: postgres}}
    dumps:
      encryption: {gpg: [a.asc]}
      targets: {offsite: {s3: {endpoint: ENDPOINT, bucket: dumps, path_style: true, authority: x, MORE}}}
"""
KNOWN = {"offsite/s3_key": KEY, "offsite/s3_secret": SECRET}

Check = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certify(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def puppet(certificate: Path) -> Iterator[Puppet]:
    with playing(certificate) as puppet:
        yield puppet


@pytest.fixture
def check(tmp_path: Path, certificate: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """What the verb says, as JSON."""

    def check(verb: str, endpoint: str, more: str = "") -> dict[str, Any]:
        text = TEXT.replace("ENDPOINT", endpoint).replace("MORE", more)
        cluster = environment.load(text, "x").clusters["main"]
        file = tmp_path / "targets.json"
        file.write_text(json.dumps(dumps.targets(cluster, KNOWN, ["KEY"], {"offsite": str(certificate)})))
        bucket.main([verb, "main", "offsite", "--target", "--json", "--configuration", str(file)])
        shown = capsys.readouterr()
        assert not any(value in shown.out + shown.err for value in (KEY, SECRET, "Traceback"))
        found: dict[str, Any] = json.loads(shown.out)
        return found

    return check


def test_a_bucket_for_dumps_is_made_and_takes_what_is_written(check: Check, certificate: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with serving(tmp_path / "data", certificate) as endpoint:
        assert check("check", endpoint)["state"] == "missing"
        made = check("create", endpoint)
        assert (made["state"], made["made"], made["written"]) == ("ready", True, True)
        assert check("check", endpoint)["state"] == "ready"


def test_what_is_written_lies_where_the_clusters_dumps_will(check: Check, puppet: Puppet) -> None:
    assert check("check", puppet.endpoint)["state"] == "ready"
    paths = {one.path.rpartition("-")[0] for one in puppet.asked if one.what == "put"}
    assert paths == {"/dumps/dumps/main/.pgsteward-probe"}


def test_a_bucket_without_object_lock_is_refused_where_one_is_declared(check: Check, puppet: Puppet) -> None:
    puppet.says = {"object-lock": error(404, "ObjectLockConfigurationNotFoundError")}
    found = check("check", puppet.endpoint, "lock: {days: 7}")
    assert (found["state"], found["problem"]["what"]) == ("refused", "was made without object lock, which is declared")
    assert check("check", puppet.endpoint)["state"] == "ready"


def test_a_bucket_that_is_made_can_lock_where_that_is_declared(check: Check, puppet: Puppet) -> None:
    puppet.missing = True
    check("create", puppet.endpoint, "lock: {days: 7}")
    made = next(one for one in puppet.asked if one.what == "create")
    assert made.headers["x-amz-bucket-object-lock-enabled"].lower() == "true"
    puppet.missing = True
    check("create", puppet.endpoint)
    assert "x-amz-bucket-object-lock-enabled" not in [one for one in puppet.asked if one.what == "create"][-1].headers
