"""What is promised beside what was measured: never, late, not good, good."""

import pytest

from fleet import environment
from fleet.drill import Report, Targets
from fleet.report.promises import promises
from fleet.report.trend import trends

DAY = 86_400
NOW = 1_795_267_800
TEXT = """
secrets: {from: environment}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2: {address: 192.0.2.12, duty: standby}
    backups: {repositories: {far: {s3: {endpoint: s3.example.com, bucket: b}}}}
    drills:
      restore: {node: pg2, when: sunday 04:00, rto: 60s, rpo: 5s}
      failover: {rto: 60s, rpo: 0s}
"""
SHOP = environment.load(TEXT, "prod.yml").clusters["shop"]


def drill(kind: str = "restore", days: float = 1.0, rto: float = 30.0, rpo: float = 1.0, ok: bool = True) -> Report:
    begin = NOW - int(days * DAY)
    return Report(kind, "shop", "pg2", begin, begin + 60, ok, targets=Targets(60, 5), rto=rto, rpo=rpo)


def one(kind: str, *reports: Report):  # type: ignore[no-untyped-def]
    return next(found for found in promises(SHOP, reports, NOW) if found.kind == kind)


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ((), "never"),
        ((drill(days=1),), "good"),
        ((drill(days=8),), "late"),
        ((drill(days=8), drill(days=1)), "good"),
        ((drill(days=8), drill(days=1, ok=False)), "broken"),
        ((drill(days=1), drill(days=8, ok=False)), "good"),
        ((drill("failover", days=1),), "never"),
    ],
)
def test_a_promise_stands_as_its_newest_drill(reports: tuple[Report, ...], state: str) -> None:
    assert one("restore", *reports).state == state


def test_what_nobody_schedules_is_never_late() -> None:
    assert one("failover", drill("failover", days=400)).state == "good"


def test_a_promise_shows_how_much_of_it_was_used() -> None:
    found = one("restore", drill(rto=30.0, rpo=6.0))
    assert (found.rto.measured, found.rto.promised, found.rto.share, found.rto.kept) == ("30 s", "60 s", 50.0, True)
    assert (found.rpo.share, found.rpo.kept) == (100.0, False)


def test_a_promise_of_nothing_lost_is_kept_by_nothing_alone() -> None:
    assert one("failover", drill("failover", rpo=0.0)).rpo.kept
    missed = one("failover", drill("failover", rpo=0.1)).rpo
    assert (missed.kept, missed.share) == (False, 100.0)


def test_a_kind_that_was_drilled_and_is_not_declared_shows_all_the_same() -> None:
    assert [found.kind for found in promises(SHOP, [drill("pitr")], NOW)] == ["restore", "pitr", "failover"]


def test_a_promise_far_above_what_was_measured_is_said_and_not_drawn() -> None:
    plot = next(iter(trends([drill(rto=1.0), drill(rto=1.2, days=2)])))
    assert [(limit.bottom, limit.said) for limit in plot.limits] == [(None, "60 s")]
    near = next(iter(trends([drill(rto=40.0)])))
    assert near.limits[0].bottom and near.limits[0].bottom < 100
    assert list(trends([])) == []
