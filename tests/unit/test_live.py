"""What a live drill came to: no loss is counted as none, and a client that says nothing proves nothing."""

import pytest

from tasks.live.act import Act
from tasks.live.drilled import Drill, figures
from tasks.live.meter import Measured
from tasks.live.watching import Watching


def drill(seen: Measured | None, heartbeat: float = 0.0) -> Drill:
    act = Act("shop", "shop.yml", "pg1")
    return Drill("failover", act, act, struck=100.0, heartbeat=heartbeat, measured=seen)


def seen(*missing: float) -> Measured:
    return Measured(acknowledged=50, missing=missing, errors=3, seconds=4.5, since=99.9, first=104.4)


def test_what_is_lost_is_what_the_heartbeat_says_or_where_it_says_nothing_the_oldest_row_that_is_gone() -> None:
    assert figures(drill(seen())) == (4.5, 0.0)
    assert figures(drill(seen(98.0, 99.0), heartbeat=97.5)) == (4.5, 2.5)
    assert figures(drill(seen(98.0, 99.0))) == (4.5, 2.0)
    assert figures(drill(None)) == (None, None)


def test_a_client_that_died_has_seen_nothing() -> None:
    watching = Watching({"host": "/nowhere"})
    watching.kill()
    assert not watching.await_write(0, 5)
    with pytest.raises(EOFError, match="without a word"):
        watching.end()
