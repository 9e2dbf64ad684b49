"""What becomes of a bucket, by what a host tells of it."""

import json

import pytest

from fleet.bucket import Seen, made, refused, seen
from fleet.environment import S3
from steward.bucket.report import Report, warnings
from steward.s3.trouble import CODES, Trouble

from .buckets import configured

DECLARED = S3(endpoint="s3.example.com", bucket="backups", create=True)
UNDECLARED = S3(endpoint="s3.example.com", bucket="backups")


def account(report: Report) -> str:
    return json.dumps(report.document())


def test_a_bucket_is_not_made_unless_that_is_declared() -> None:
    assert not UNDECLARED.create


def test_what_steward_tells_is_understood() -> None:
    rule = {"ID": "tidy", "Status": "Enabled", "Expiration": {"Days": 9}}
    ready = Report("main", "far", of=configured(), warnings=tuple(warnings([rule], configured())))
    assert seen(account(ready)) == Seen("ready", "", "", ("lifecycle rule tidy: deletes backups after 9 days",))
    missing = Report("main", "far", trouble=Trouble("missing", "is not there", "make it"))
    assert seen(account(missing)) == Seen("missing", "is not there", "make it")
    assert seen("").state == "unknown"


@pytest.mark.parametrize("final", [False, True])
def test_a_missing_bucket_is_made_where_declared_and_refused_where_not(final: bool) -> None:
    missing = Seen("missing", "does not exist", "make it")
    assert made(DECLARED, missing)
    assert refused("where", DECLARED, missing, final) is None
    assert not made(UNDECLARED, missing)
    problem = refused("where", UNDECLARED, missing, final)
    assert str(problem) == "where: bucket backups: does not exist\n    HINT: make it"


@pytest.mark.parametrize("s3", [DECLARED, UNDECLARED])
@pytest.mark.parametrize("state", ["refused", "unreachable"])
def test_a_store_that_says_no_is_no_reason_to_make_a_bucket(state: str, s3: S3) -> None:
    told = Seen(state, "the store says no", "ask it")
    assert not made(s3, told)
    assert refused("where", s3, told, final=True)


def test_a_ready_bucket_wants_nothing() -> None:
    for s3 in (DECLARED, UNDECLARED):
        assert not made(s3, Seen("ready"))
        assert refused("where", s3, Seen("ready"), final=True) is None


def test_a_blank_host_is_refused_only_when_it_is_blank_no_more() -> None:
    assert refused("where", UNDECLARED, Seen(), final=False) is None
    assert refused("where", UNDECLARED, Seen(), final=True)
    assert made(DECLARED, Seen())


def test_every_state_is_one_that_steward_has() -> None:
    assert {"missing", "refused", "unreachable", "unknown"} == CODES.keys()
    assert Seen().state in CODES
