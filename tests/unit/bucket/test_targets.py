"""A bucket of a target for dumps is read from what `fleet.dumps` writes."""

import json

import pytest

from fleet import dumps, environment
from steward.bucket.target import bucket
from steward.s3.bucket import AUTHORITIES
from steward.s3.trouble import Trouble

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes: {pg1: {address: 192.0.2.11, duty: primary}}
    databases: {shop: {owner: postgres}}
    dumps:
      encryption: {gpg: [a.asc]}
      targets:
        vault: {restic: {repository: /srv/restic}}
        offsite: {s3: {endpoint: "https://s3.example.com:9000/", bucket: dumps, lock: {days: 7}}}
        other: {s3: {endpoint: s3.example.com, bucket: other, prefix: "", path_style: true, authority: ca.pem}}
"""
KNOWN = {
    f"{name}/{what}": f"{name}'s {what}"
    for name in ("vault", "offsite", "other")
    for what in ("s3_key", "s3_secret", "password")
}
TARGETS = json.dumps(dumps.targets(environment.load(TEXT, "x").clusters["main"], KNOWN, ["KEY"]))


def test_its_place_is_below_prefix_and_cluster() -> None:
    found = bucket(TARGETS, "main", "offsite")
    assert (found.name, found.endpoint, found.prefix) == ("dumps", "s3.example.com:9000", "dumps/main/")
    assert (found.host, found.authority) == ("dumps.s3.example.com:9000", AUTHORITIES)
    assert bucket(TARGETS, "main", "other").prefix == "main/"
    assert bucket(TARGETS, "main", "other").authority == "/etc/pgsteward/main/other-store.crt"


def test_a_declared_lock_needs_a_bucket_that_can() -> None:
    assert bucket(TARGETS, "main", "offsite").locked
    assert not bucket(TARGETS, "main", "other").locked


@pytest.mark.parametrize("name", ["vault", "nowhere"])
def test_a_target_that_is_no_bucket_is_not_known(name: str) -> None:
    with pytest.raises(Trouble, match=f"no target {name} in an object store is known here"):
        bucket(TARGETS, "main", name)


def test_nothing_of_it_is_shown_that_opens_it() -> None:
    assert "offsite's" not in repr(bucket(TARGETS, "main", "offsite"))
