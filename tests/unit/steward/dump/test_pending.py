"""What is sent to a target is what it would keep: nothing comes that goes again, hour after hour."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steward.cluster import Retention
from steward.dump import retention
from steward.dump.away.target import Kept
from steward.dump.send import pending
from steward.dump.store import Dump

from .test_retention import POLICIES, One, daily, histories


def on_disk(found: list[One]) -> list[Dump]:
    return [Dump(Path(one.id), one.manifest, one.verified) for one in found]


def target(policy: Retention) -> Any:
    return SimpleNamespace(retention=policy)


def arrived(found: list[Dump]) -> list[Kept]:
    """How dumps lie at a target that has just got them: nothing has proved them there."""
    return [Kept(one.manifest, None, one.manifest.size) for one in found]


@given(histories(), POLICIES, st.data())
def test_what_was_just_sent_does_not_go_and_nothing_more_is_pending(
    found: list[One], policy: Retention, data: st.DataObject
) -> None:
    here = on_disk(found)
    there = arrived([one for one in here if data.draw(st.booleans())])
    sent = pending(here, there, target(policy))
    after = [*there, *arrived(sent)]
    assert not {one.id for one in sent} & set(retention.gone(after, policy))
    assert pending(here, after, target(policy)) == []


def test_the_last_verified_dump_of_a_host_is_not_sent_for_that_alone() -> None:
    proven, *others = daily(5)
    sound = daily(5, sound=True)[0]
    there = arrived(on_disk(others))
    assert proven.id == sound.id
    assert pending(on_disk([sound, *others]), there, target(Retention(last=3))) == []
