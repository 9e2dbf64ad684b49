"""The primary is lost: how long it takes by hand, and what is lost with it."""

import random
import time
from datetime import UTC, datetime

import pytest

from lab import faults

from ....tiers import one_first
from ...operator import eventually
from .cluster import Live

TURNS = one_first(range(20), 0, reason="another moment of chance")


def test_a_promotion_takes_less_than_a_minute_and_the_next_deploy_makes_the_old_primary_a_standby(shop: Live) -> None:
    watching, old = shop.watch(), shop.primary
    struck = shop.strike(old)
    done = shop.verb("promote")
    assert done.code == 0, done.said
    assert watching.await_write(struck + 1, 60)
    seen = watching.end()
    assert seen.missing == ()
    assert seen.seconds < 60
    assert shop.lab.attempt(old, f"systemctl start {shop.unit}").returncode != 0  # it is fenced
    refused = shop.operator.pyinfra("-y", "--limit", "shop")
    assert refused.code != 0
    assert "is declared primary, but may not start" in refused.said
    shop.edit(done.said)
    deployed = shop.operator.deploy("--limit", "shop")
    assert deployed.changed["Standby: the data is a copy of its primary"] == {old}
    shop.settled()
    assert shop.operator.plan().planned == {}


@pytest.mark.parametrize("turn", TURNS)
def test_no_kill_at_whatever_moment_loses_an_acknowledged_row(shop: Live, turn: int) -> None:
    watching = shop.watch()
    time.sleep(random.uniform(0.5, 3))
    struck = shop.strike(shop.primary)
    done = shop.verb("promote")
    assert done.code == 0, done.said
    assert watching.await_write(struck + 1, 60)
    seen = watching.end()
    print(f"kill {turn}: {seen.acknowledged} acknowledged, {len(seen.missing)} missing, {seen.seconds:.1f} s")
    assert seen.acknowledged > 5
    assert seen.missing == ()
    assert seen.seconds < 60
    shop.edit(done.said)
    shop.operator.deploy("--limit", "shop")
    shop.settled()


def test_what_is_lost_without_synchronous_commits_is_what_the_heartbeat_says(lone: Live) -> None:
    """The standby is cut off, the primary goes on taking writes, and then it is gone with them."""
    watching = lone.watch()
    time.sleep(3)
    faults.cut(lone.lab.plan, "lo1", "lo2")
    time.sleep(4)
    faults.power_cut(lone.lab.plan, "lo1")
    struck = time.time()
    faults.heal(lone.lab.plan)
    refused = lone.verb("promote")
    assert refused.code != 0
    assert "lo1: cannot be reached" in refused.said
    done = lone.verb("promote", unreachable="lo1")
    assert done.code == 0, done.said
    assert watching.await_write(struck, 60)
    seen = watching.end()
    assert seen.missing
    said = done.said.split("its last heartbeat is of ")[1].split(" UTC")[0]
    heartbeat = datetime.strptime(said, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC).timestamp()
    lost, told = struck - seen.missing[0], struck - heartbeat
    print(
        f"lost {lost:.2f} s in {len(seen.missing)} rows; the heartbeat says {told:.2f} s; outage {seen.seconds:.1f} s"
    )
    assert abs(lost - told) <= 1.0 + 0.2  # a heartbeat, and a write
    lone.edit(done.said)


def test_an_old_primary_that_comes_back_does_not_take_writes(lone: Live) -> None:
    faults.start(lone.lab.plan, "lo1")
    look = "systemctl is-failed postgresql@17-lone"
    eventually(lambda: lone.lab.attempt("lo1", look).stdout.strip(), "failed", 60)
    assert "lo2 is the primary" in lone.lab.ssh("lo1", "cat /var/lib/pgsteward/lone/fenced")
    assert lone.answer("lo1", "select 1") == ""
    lone.operator.deploy("--limit", "lone")
    lone.settled()
    assert lone.sql("lo1", "select pg_is_in_recovery()") == ["t"]
