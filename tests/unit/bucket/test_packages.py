"""Nodes have what it takes to look at a bucket, where there is one."""

import pytest

from fleet import environment, packages

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
    backups: {repositories: {one: PLACE}}
"""


@pytest.mark.parametrize(
    ("place", "wanted"), [("{s3: {endpoint: s3.example.com, bucket: b}}", True), ("{path: /srv/backups}", False)]
)
def test_boto3_comes_with_the_first_bucket(place: str, wanted: bool) -> None:
    cluster = environment.load(TEXT.replace("PLACE", place), "test.yml").clusters["main"]
    assert ("python3-boto3" in packages.backups(cluster)) == wanted
    assert "pgbackrest" in packages.backups(cluster)
