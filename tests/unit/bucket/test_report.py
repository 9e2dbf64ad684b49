"""Which of a bucket's rules endanger backups, and how a report reads."""

from typing import Any

import pytest

from steward.bucket.report import Report, lifecycle, warnings
from steward.s3.trouble import Trouble

from .buckets import configured

DELETES: dict[str, Any] = {"ID": "tidy", "Status": "Enabled", "Expiration": {"Days": 30}}


def warned(rule: dict[str, Any], path: str = "/main") -> list[str]:
    return [f"{one.where}: {one.what}" for one in warnings([rule], configured(path=path))]


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"Prefix": ""},
        {"Prefix": "main/"},
        {"Prefix": "main"},
        {"Filter": {}},
        {"Filter": {"Prefix": "m"}},
        {"Filter": {"Prefix": "main/archive/"}},
        {"Filter": {"And": {"Prefix": "main/", "ObjectSizeGreaterThan": 1}}},
    ],
)
def test_a_rule_that_deletes_what_is_ours_is_warned_of(place: dict[str, Any]) -> None:
    assert warned(DELETES | place) == ["lifecycle rule tidy: deletes backups after 30 days"]


@pytest.mark.parametrize(
    "change",
    [
        {"Status": "Disabled"},
        {"Filter": {"Prefix": "logs/"}},
        {"Prefix": "mainframe/"},
        {"Filter": {"Tag": {"Key": "short", "Value": "yes"}}},
        {"Filter": {"And": {"Prefix": "main/", "Tags": [{"Key": "short", "Value": "yes"}]}}},
        {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"Expiration": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 7}},
        {"Expiration": {}, "Transitions": [{"Days": 1, "StorageClass": "STANDARD_IA"}]},
    ],
)
def test_a_rule_that_spares_our_objects_is_not(change: dict[str, Any]) -> None:
    assert warned(DELETES) != []
    assert warned(DELETES | change) == []


def test_a_repository_at_the_root_is_met_by_every_prefix() -> None:
    assert warned(DELETES | {"Prefix": "logs/"}, path="/") != []


def test_a_rule_that_freezes_backups_is_warned_of() -> None:
    rule = {"Status": "Enabled", "Transitions": [{"Date": "2030-01-01T00:00:00Z", "StorageClass": "DEEP_ARCHIVE"}]}
    said = "moves backups to DEEP_ARCHIVE on 2030-01-01, where no restore can read them"
    assert warned(rule) == [f"lifecycle rule without a name: {said}"]


def test_rules_are_counted_where_the_store_tells_them() -> None:
    assert lifecycle(None) == "not known"
    assert lifecycle([]) == "no rules"
    assert lifecycle([DELETES, DELETES | {"Status": "Disabled"}]) == "1 rule"
    assert lifecycle([DELETES, DELETES]) == "2 rules"


def test_a_report_reads_as_one() -> None:
    report = Report("main", "far", of=configured(), written=True, versioning="on", lifecycle="1 rule")
    report.warnings = tuple(warnings([DELETES], configured()))
    assert str(report).splitlines() == [
        "main/far: bucket backups at s3.example.com, region eu-central-1: ready",
        "  listed, written, read back, deleted",
        "  versioning: on",
        "  object lock: not known",
        "  lifecycle: 1 rule",
        "  WARNING: lifecycle rule tidy: deletes backups after 30 days",
        "    HINT: let it spare main/: what the retention does not keep is deleted anyway",
    ]


def test_trouble_reads_as_a_refusal_does() -> None:
    report = Report("main", "far", of=configured(), trouble=Trouble("missing", "does not exist", "make it"))
    assert str(report).splitlines() == [
        "main/far: 1 problem",
        "  bucket backups: does not exist",
        "    HINT: make it",
    ]
    assert report.document()["problem"] == {"what": "does not exist", "hint": "make it"}
