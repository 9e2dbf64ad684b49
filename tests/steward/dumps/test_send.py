"""Several targets: each is alone with its troubles, and each is on record."""

import json
from pathlib import Path
from typing import Any

import pytest

from fleet.problem import Refused
from steward import cluster, locked, records
from steward.cluster import Described
from steward.dump import send as sending
from steward.dump.attest import attest
from steward.dump.away import memory, targets
from steward.dump.verified import Verified

from .driver import PART
from .test_s3 import flip
from .weather import ILL, Weather
from .world import NOW, QUIET, Host


@pytest.fixture
def lines(host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The host's own directories, in the test's; what its jobs wrote down."""
    for name in ("locks", "etc", "metrics"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(records, "LINES", tmp_path / "jobs.jsonl")
    monkeypatch.setattr(records, "EXPORTED", tmp_path / "nowhere")
    monkeypatch.setattr(records, "OWN", tmp_path / "metrics")
    monkeypatch.setattr(Described, "state", property(lambda told: tmp_path / "state"))
    for function in (locked.locked, locked.queued):
        monkeypatch.setattr(function.__wrapped__, "__defaults__", (tmp_path / "locks",))
    monkeypatch.setattr(targets.targets, "__defaults__", (tmp_path / "etc",))
    return tmp_path / "jobs.jsonl"


def told(host: Host, tmp_path: Path) -> Described:
    """The host was told of all its targets."""
    (tmp_path / "etc" / "main").mkdir(exist_ok=True)
    document = {"encryption": host.encryption, "targets": list(host.targets.values())}
    (tmp_path / "etc" / "main" / "targets.json").write_text(json.dumps(document))
    return host.told


def recorded(lines: Path) -> dict[str, Any]:
    return {one["target"]: one for one in map(json.loads, lines.read_text().splitlines())}


def test_a_target_that_is_away_does_not_hinder_the_others(host: Host, lines: Path, tmp_path: Path) -> None:
    one = host.dump(size=PART)
    host.s3()
    host.s3("away", endpoint="127.0.0.1:1")
    host.restic()
    with pytest.raises(Refused) as refusal:
        sending.send(told(host, tmp_path), progress=QUIET)
    assert "127.0.0.1:1 refuses connections" in str(refusal.value)
    assert len(refusal.value.problems) == 1
    assert [kept.id for kept in host.target("offsite").listed()] == [one.id]
    assert [kept.id for kept in host.target("vault").listed()] == [one.id]
    found = recorded(lines)
    assert {name: (one["exit"], one["dumps"]) for name, one in found.items()} == {
        "away": (1, []),
        "offsite": (0, [one.id]),
        "vault": (0, [one.id]),
    }
    assert "refuses connections" in found["away"]["reason"]
    assert not list(host.staging.glob("*.tar.*"))
    assert 'target="offsite"' in (tmp_path / "metrics" / "pgsteward-main-dump-send-offsite.prom").read_text()


def test_a_target_that_is_slow_is_passed_over_while_it_is_sent_to(
    host: Host, lines: Path, tmp_path: Path, sky: Weather
) -> None:
    host.dump(size=2 * PART)
    host.s3()
    known = told(host, tmp_path)
    with locked.locked("main-dump-send-offsite"):
        assert sending.send(known, progress=QUIET) == locked.BUSY
        host.restic()
        assert sending.send(told(host, tmp_path), progress=QUIET) == 0
    assert len(host.target("vault").listed()) == 1
    assert sky.of("part") == []


def test_what_is_under_way_at_one_stays_sealed_until_it_has_it(
    host: Host, lines: Path, tmp_path: Path, sky: Weather
) -> None:
    one = host.dump(size=3 * PART)
    host.s3()
    host.s3("ill")
    sky.rule = lambda asked: ILL if asked.part == 3 and "/ill/" in asked.path else None
    with pytest.raises(Refused):
        sending.send(told(host, tmp_path), progress=QUIET)
    [sealed] = host.staging.glob("*.tar.age")
    before = sealed.read_bytes()
    assert [kept.id for kept in host.target("offsite").listed()] == [one.id]
    sky.clear()
    assert sending.send(told(host, tmp_path), progress=QUIET) == 0
    assert {asked.part for asked in sky.of("part")} <= {3, 4}
    kept = host.target("ill").listed()[0].manifest
    assert kept.sealed and kept.sealed.size == len(before)
    assert not list(host.staging.glob("*.tar.*"))


def test_what_waits_for_a_target_that_is_declared_no_more_goes(host: Host, lines: Path, tmp_path: Path) -> None:
    host.dump()
    host.s3()
    host.staging.mkdir()
    for name in (
        "20261121T000000Z-shop.tar.age",
        "20261121T000000Z-shop.gone.wanted",
        "20261121T000000Z-shop.gone.upload",
    ):
        (host.staging / name).write_text("{}")
    assert sending.send(told(host, tmp_path), progress=QUIET) == 0
    assert [path.name for path in host.staging.iterdir() if path.suffix != ".job"] == []


def test_one_target_by_name(host: Host, lines: Path, tmp_path: Path) -> None:
    host.dump()
    host.s3()
    host.s3("second")
    assert sending.send(told(host, tmp_path), "second", QUIET) == 0
    assert (host.target("offsite").listed(), len(host.target("second").listed())) == ([], 1)
    with pytest.raises(Refused, match="there is no third"):
        sending.send(told(host, tmp_path), "third", QUIET)


def test_what_is_at_a_target_is_known_without_asking_it(host: Host, sky: Weather) -> None:
    one = host.dump()
    target = host.s3()
    assert memory.seen(host.told, "offsite") is None
    sending.sent(host.told, target, QUIET, lambda: NOW)
    sky.clear()
    seen = memory.seen(host.told, "offsite")
    assert seen and seen.at == NOW
    assert [(kept.id, kept.verified, kept.manifest.sealed is not None) for kept in seen.kept] == [(one.id, None, True)]
    memory.place(host.told, "offsite").write_text("{")
    assert memory.seen(host.told, "offsite") is None
    assert sky.asked == []


def test_no_targets_are_no_failure(host: Host, lines: Path) -> None:
    assert cluster.ROOT
    assert sending.send(host.told, progress=QUIET) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"encryption": {}, "targets": [{}]}', '{"targets": 7}'])
def test_a_document_that_is_none_is_told(host: Host, lines: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "etc" / "main").mkdir()
    (tmp_path / "etc" / "main" / "targets.json").write_text(text)
    with pytest.raises(Refused, match=r"HINT: deploy again|cannot be read"):
        sending.send(host.told, progress=QUIET)


def test_what_a_verification_found_holds_where_what_was_sent_still_lies(
    host: Host, lines: Path, tmp_path: Path, bucket: Path
) -> None:
    one = host.dump(size=PART)
    host.s3()
    host.s3("second")
    sending.send(told(host, tmp_path), progress=QUIET)
    flip(bucket / "second" / "main" / one.id / "dump.tar.age")
    found = Verified(NOW, True, {"restore": 2.0})
    [problem] = attest(told(host, tmp_path), {one.id: found}, QUIET)
    assert (problem.where, "is damaged" in problem.what) == (f"second, {one.id}", True)
    for name, sound in (("offsite", True), ("second", False)):
        [kept] = host.target(name).listed()
        seen = memory.seen(host.told, name)
        assert kept.verified and kept.verified.sound is sound
        assert seen and seen.kept[0].verified == kept.verified
    host.s3("away", endpoint="127.0.0.1:1")
    problems = attest(told(host, tmp_path), {one.id: found}, QUIET)
    assert [problem for problem in problems if "refuses connections" in problem.what]
