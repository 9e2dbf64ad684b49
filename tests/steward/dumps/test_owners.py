"""Two clusters of one name and one place for dumps: the place is one's, and what is the other's stays as it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fleet.problem import Refused
from steward.cluster import Retention
from steward.dump import fetch, here, owner
from steward.dump.away import memory
from steward.dump.away.target import Target
from steward.dump.owner import Owner, me
from steward.dump.send import sent
from steward.dump.verbs.expire import expired
from steward.dump.verbs.own import seen
from tests.unit.steward.dump.world import manifest, put

from .world import DAY, NOW, QUIET, RETENTION, SYSTEM, Host

OTHER = "7499999999999999999"


@pytest.fixture
def staging(host: Host, tmp_path: Path) -> Host:
    """Another environment's host, which has a cluster of the same name."""
    (tmp_path / "staging" / "main").mkdir(parents=True)
    return Host(tmp_path / "staging", host.endpoint, host.authority, host.encryption, {}, "staging", OTHER)


@pytest.fixture(params=["s3", "restic"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


def both(kind: str, host: Host, staging: Host) -> str:
    """Both are told of the same place, where staging keeps one dump alone; its name."""
    few = {**RETENTION, "last": 1}
    if kind == "s3":
        host.s3()
        staging.s3(retention=few)
        return "offsite"
    host.restic()
    staging.restic(repository=str(host.root / "vault"), retention=few)
    return "vault"


def send(host: Host, name: str, now: float = NOW) -> Any:
    return sent(host.told, host.target(name), QUIET, lambda: now)


def ids(target: Target) -> list[str]:
    return sorted(one.id for one in target.listed())


def forgotten(host: Host, target: Target, name: str) -> None:
    """The place is as an older tree has left it: it says nothing, and nobody remembers whose it is."""
    if name == "offsite":
        key = f"{target.bucket.prefix}{owner.FILE}"  # type: ignore[attr-defined]
        target._look.ask("deleting", "delete_object", Key=key)  # type: ignore[attr-defined]
    else:
        target._ask("forget", *target._marks())  # type: ignore[attr-defined]
    last = memory.seen(host.told, name)
    if last:
        memory.remember(host.told, name, last.at, last.kept, None)


def test_a_strangers_place_is_neither_written_to_nor_cleaned_up(kind: str, host: Host, staging: Host) -> None:
    name = both(kind, host, staging)
    mine = [host.dump(NOW + day * DAY, sequence=day + 1).id for day in range(2)]
    assert send(host, name).problems == []
    staging.dump(NOW + 9 * DAY)
    [problem] = send(staging, name).problems
    assert f"belongs to main of the environment lost (system {SYSTEM})" in problem.what
    assert f"this is main of the environment staging (system {OTHER})" in problem.what
    assert f"steward dump own main {name} --from {SYSTEM}" in problem.hint
    assert ids(host.target(name)) == mine
    assert seen(staging.told, staging.target(name))["state"] == "stranger's"
    assert seen(host.told, host.target(name))["state"] == "own"


def test_a_place_of_yesterday_is_marked_by_whose_dumps_lie_in_it(kind: str, host: Host, staging: Host) -> None:
    name = both(kind, host, staging)
    host.dump()
    send(host, name)
    target = host.target(name)
    forgotten(host, target, name)
    assert seen(host.told, target)["state"] == "unmarked"
    [problem] = send(staging, name).problems or [None]  # staging has nothing there
    assert problem is not None and f"belongs to main (system {SYSTEM})" in problem.what
    assert target.owner() is None
    host.dump(NOW + DAY, sequence=2)
    assert send(host, name).problems == []
    assert target.owner() == Owner("lost", "main", (SYSTEM,))


def test_in_a_place_that_is_mixed_the_others_stay_and_latest_is_our_own(kind: str, host: Host, staging: Host) -> None:
    name = both(kind, host, staging)
    target, theirs = host.target(name), [host.dump(NOW + day * DAY, sequence=day + 1).id for day in range(3)]
    send(host, name)
    forgotten(host, target, name)
    staging.dump(NOW + 8 * DAY, sequence=8)
    staging.target(name).own(me(staging.told))
    send(staging, name)
    last = staging.dump(NOW + 9 * DAY, sequence=9).id
    assert send(staging, name, NOW + DAY).gone == ["20261129T000000Z-shop"]
    assert ids(target) == sorted([*theirs, last])
    assert fetch.chosen(staging.target(name), "latest", "shop", me(staging.told)).id == last
    with pytest.raises(Refused, match="has no dump that is known to be ours"):
        fetch.chosen(target, "latest", "shop", Owner("lost", "main", ()))
    assert fetch.chosen(target, theirs[0], "shop", Owner("lost", "main", ())).id == theirs[0]
    assert fetch.chosen(target, "latest", "shop", me(host.told)).id == theirs[-1]
    lines = fetch.listing([target], "", me(staging.told))
    assert lines[1].split()[-1] == "whose"
    assert [line.split()[-1] for line in lines[2:]] == ["ours", *[SYSTEM] * 3]
    remembered = memory.seen(staging.told, name)
    assert remembered and remembered.owner
    assert owner.strangers(remembered.owner, remembered.kept) == {SYSTEM: 3}


def test_a_cluster_that_was_made_anew_takes_its_place_over_by_name(kind: str, host: Host, staging: Host) -> None:
    name = both(kind, host, staging)
    old = host.dump().id
    send(host, name)
    anew = replace(me(host.told), systems=(OTHER,))
    target = host.target(name)
    with pytest.raises(Refused, match="belongs to main"):
        owner.owned(target, anew, target.listed)
    with pytest.raises(Refused, match=f"is not of the system 1\n    HINT: systems there: {SYSTEM}"):
        owner.taken(target, anew, target.listed, "1")
    owner.taken(target, anew, target.listed, SYSTEM)
    assert target.owner() == Owner("lost", "main", (SYSTEM, OTHER))
    assert [one.id for one in owner.of(owner.owned(target, anew, target.listed), target.listed())] == [old]


def test_a_copy_of_production_in_another_environment_is_a_stranger_all_the_same(host: Host, staging: Host) -> None:
    name = both("s3", host, staging)
    host.dump()
    send(host, name)
    with pytest.raises(Refused, match="belongs to main of the environment lost"):
        owner.owned(host.target(name), Owner("staging", "main", (SYSTEM,)), list)


def test_the_directory_here_is_somebodys_too(host: Host) -> None:
    ours = [host.dump(NOW + day * DAY, sequence=day + 1).id for day in range(5)]
    put(host.root, manifest(NOW - 99 * DAY, system=OTHER))
    policy = Retention(last=1)
    assert expired(host.told, policy) == ours[:-1]
    left = {one.name for one in (host.root / "main").glob("2*")}
    assert left == {ours[-1], manifest(NOW - 99 * DAY).id}
    assert here.Here(host.root / "main").owner() == Owner("lost", "main", (SYSTEM,))
    with pytest.raises(Refused, match="belongs to main of the environment lost"):
        here.claimed(replace(host.told, environment="staging"))


def test_in_a_strangers_directory_here_only_our_own_dumps_count(host: Host, staging: Host) -> None:
    host.dump()
    assert here.claimed(host.told) == Owner("lost", "main", (SYSTEM,))
    other = replace(host.told, environment="staging", data=staging.told.data)
    assert here.dumps(host.told) and here.dumps(other) == []
    own = put(host.root, manifest(NOW - DAY, system=OTHER))
    assert [one.id for one in here.dumps(other)] == [own.name]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": 2}', '{"format_version": 1, "systems": [7]}'])
def test_a_mark_that_cannot_be_read_is_somebodys(text: str, host: Host) -> None:
    (host.root / "main" / owner.FILE).write_text(text)
    with pytest.raises(Refused, match="is not what pgsteward writes"):
        here.claimed(host.told)
