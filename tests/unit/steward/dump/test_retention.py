"""Which dumps stay: the last good and the last verified one, whatever is declared and whatever clocks say."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from steward.cluster import Retention
from steward.dump.manifest import Manifest
from steward.dump.retention import gone, good, kept, ordered
from steward.dump.verified import Verified

from .world import DAY, NOW, manifest

RULES = ("last", "days", "daily", "weekly", "monthly", "yearly")


@dataclass(frozen=True)
class One:
    """A dump wherever it lies."""

    manifest: Manifest
    verified: Verified | None = None

    @property
    def id(self) -> str:
        return self.manifest.id


def one(at: int, number: int, sound: bool | None = None, database: str = "shop", **more: object) -> One:
    found = manifest(at, database, sequence=number, **more)
    return One(replace(found, id=f"{found.id}.{number}"), None if sound is None else Verified(at, sound))


def daily(count: int, **more: object) -> list[One]:
    """A dump each day, the newest at `NOW`; as numbers, 1 is the oldest."""
    return [one(NOW - (count - number) * DAY, number, **more) for number in range(1, count + 1)]


def numbers(ids: Collection[str]) -> list[int]:
    return sorted(int(id.rpartition(".")[2]) for id in ids)


POLICIES = st.builds(Retention, *[st.integers(0, 6)] * 6)
TIMES = st.integers(NOW - 900 * DAY, NOW) | st.integers(0, 250_000_000_000)
SOUND = st.sampled_from((None, None, True, False))
SYSTEMS = st.sampled_from(("1", "1", "2"))
DATABASES = st.sampled_from(("shop", "shop", "other"))


@st.composite
def histories(draw: st.DrawFn) -> list[One]:
    """Dumps as they were taken one after the other, by clocks that say what they like."""
    drawn = draw(st.lists(st.tuples(TIMES, SOUND, DATABASES, SYSTEMS), max_size=14))
    return [
        one(at, number, sound, database, system=system)
        for number, (at, sound, database, system) in enumerate(drawn, start=1)
    ]


def last(dumps: Collection[One], database: str, system: str) -> One | None:
    mine = [one for one in dumps if (one.manifest.database, one.manifest.system) == (database, system)]
    return max(mine, key=lambda one: one.manifest.sequence, default=None)


@given(histories(), POLICIES)
def test_the_last_good_and_the_last_verified_one_never_go(dumps: list[One], policy: Retention) -> None:
    staying = kept(dumps, policy)
    sound = [one for one in dumps if one.verified and one.verified.sound]
    for among in (dumps, list(filter(good, dumps)), sound):
        for database in ("shop", "other"):
            for system in ("1", "2"):
                mine = last(among, database, system)
                assert mine is None or mine.id in staying


@given(histories(), POLICIES)
def test_what_stays_once_stays_again(dumps: list[One], policy: Retention) -> None:
    staying = kept(dumps, policy)
    assert set(kept([one for one in dumps if one.id in staying], policy)) == set(staying)


@given(histories(), POLICIES, st.sampled_from(RULES), st.integers(1, 5))
def test_a_policy_that_keeps_more_lets_nothing_go_that_one_that_keeps_less_would_keep(
    dumps: list[One], policy: Retention, rule: str, more: int
) -> None:
    larger = replace(policy, **{rule: getattr(policy, rule) + more})
    assert set(kept(dumps, policy)) <= set(kept(dumps, larger))


@given(histories(), POLICIES, st.randoms(use_true_random=False))
def test_in_which_order_they_are_listed_is_all_the_same(dumps: list[One], policy: Retention, chance: object) -> None:
    mixed = list(dumps)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert kept(mixed, policy) == kept(dumps, policy)


@given(histories(), POLICIES)
def test_each_goes_or_stays_with_a_reason(dumps: list[One], policy: Retention) -> None:
    staying = kept(dumps, policy)
    assert sorted([*staying, *gone(dumps, policy)]) == sorted(one.id for one in dumps)
    assert all(staying.values())


@given(histories(), POLICIES)
def test_another_database_changes_nothing(dumps: list[One], policy: Retention) -> None:
    alone = [one for one in dumps if one.manifest.database == "shop"]
    both = kept(dumps, policy)
    assert {id: both[id] for id in kept(alone, policy)} == kept(alone, policy)


@given(POLICIES, st.integers(1, 40), st.dictionaries(st.integers(1, 40), st.integers(0, 250_000_000_000), max_size=3))
def test_a_clock_that_jumps_costs_at_most_one_place_of_each_rule_for_each_dump_that_it_dated(
    policy: Retention, count: int, jumps: dict[int, int]
) -> None:
    """Each of the others stays that a policy smaller by so many places would have kept."""
    right = daily(count)
    wrong = [one(jumps.get(number, dump.manifest.begin), number) for number, dump in enumerate(right, start=1)]
    jumped = {number for number in jumps if number <= count}
    others = {rule: max(0, getattr(policy, rule) - len(jumped)) for rule in RULES if rule != "last"}
    straight = [dump for number, dump in enumerate(right, start=1) if number not in jumped]
    surely = set(numbers(kept(straight, replace(policy, **others, last=0)))) - {0}
    newest = max((number for number in range(1, count + 1) if number not in jumped), default=0)
    assert surely - {newest} <= set(numbers(kept(wrong, policy)))
    assert set(range(max(1, count - policy.last + 1), count + 1)) <= set(numbers(kept(wrong, policy)))


def test_a_clock_that_stands_a_hundred_years_ahead_makes_nothing_go() -> None:
    dumps = [*daily(7), one(NOW + 36500 * DAY, 8)]
    assert gone(dumps, Retention(daily=8)) == []
    assert gone([*dumps[:7], one(0, 8)], Retention(daily=8)) == []


def test_nothing_goes_because_the_schedule_stood_still() -> None:
    dumps = daily(7)
    policy = Retention(days=7)
    assert gone(dumps, policy) == []
    assert numbers(gone([*dumps, one(NOW + 400 * DAY, 8)], policy)) == [1]


def test_count_days_weeks_months_and_years() -> None:
    dumps = daily(800)
    assert numbers(kept(dumps, Retention())) == [800]
    assert numbers(kept(dumps, Retention(last=3))) == [798, 799, 800]
    assert numbers(kept(dumps, Retention(daily=2))) == [799, 800]
    assert numbers(kept(dumps, Retention(weekly=3))) == [787, 794, 800]  # 2026-11-21 is a Saturday
    assert numbers(kept(dumps, Retention(monthly=3))) == [748, 779, 800]
    assert numbers(kept(dumps, Retention(yearly=3))) == [110, 475, 800]


def test_of_several_dumps_of_a_day_the_last_counts_and_days_keeps_all_of_them() -> None:
    dumps = [one(NOW + hour * 3600, hour + 1) for hour in range(48)]
    assert numbers(kept(dumps, Retention(daily=2))) == [24, 48]
    assert numbers(kept(dumps, Retention(days=1))) == list(range(25, 49))


def test_each_says_why_it_stays() -> None:
    dumps = [*daily(2, sound=True), one(NOW + DAY, 3)]
    found = kept(dumps, Retention(last=2))
    assert list(found.values()) == [("the newest", "the last good", "last"), ("the last verified", "last")]


def test_a_damaged_one_takes_nobodys_place() -> None:
    dumps = [*daily(3), one(NOW + DAY, 4, False), one(NOW + 2 * DAY, 5, False)]
    assert numbers(kept(dumps, Retention(last=2))) == [2, 3, 4, 5]
    assert numbers(kept(dumps, Retention())) == [3, 5]


def test_the_log_tells_which_is_newer_and_not_the_clock() -> None:
    """After a recovery the log goes on from further back, on another timeline."""
    before, after = one(NOW, 9, lsn="0/FF", timeline=1), one(NOW - DAY, 1, lsn="0/1", timeline=2)
    assert ordered([before, after]) == [after, before]
    here, there = one(NOW, 1, lsn="0/2"), one(NOW - DAY, 2, lsn="0/1")
    assert ordered([there, here]) == [here, there]
    still, earlier = one(NOW, 2, lsn="0/1"), one(NOW + DAY, 1, lsn="0/1")
    assert ordered([earlier, still]) == [still, earlier]


def test_the_last_of_a_system_that_is_gone_stays() -> None:
    old, new = one(NOW + 9000 * DAY, 1, system="1"), one(NOW, 2, system="2")
    assert gone([old, new], Retention()) == []


def test_of_some_of_the_tables_none_takes_the_place_of_others() -> None:
    dumps = [one(NOW, 1, content="part", tables=("a",)), one(NOW + 1, 2, content="part", tables=("b",))]
    assert gone(dumps, Retention(last=1)) == []
