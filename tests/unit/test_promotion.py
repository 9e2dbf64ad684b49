"""Who is promoted, and what is refused: from what the servers of a cluster have said."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import guard, promotion
from fleet.configuration import synchronous_standby_names
from fleet.environment import Cluster, parse
from fleet.lsn import show_lsn
from fleet.server import Server


def cluster(synchronous: dict[str, Any] | None = None, **nodes: dict[str, Any]) -> Cluster:
    """Of pg1, the primary, and two standbys unless others are given."""
    others = nodes or {"pg2": {}, "pg3": {}}
    declared = {"pg1": {"duty": "primary"}} | {name: {"duty": "standby"} | one for name, one in others.items()}
    addresses = {name: one | {"address": f"192.0.2.{number}"} for number, (name, one) in enumerate(declared.items(), 1)}
    replication = {"synchronous": synchronous} if synchronous else {}
    shop = {"postgresql": 17, "nodes": addresses, "replication": replication}
    document = {"secrets": {"from": "environment", "prefix": "X_"}, "clusters": {"shop": shop}}
    return parse(document, "test").clusters["shop"]


def standby(position: int, timeline: int = 1) -> Server:
    return Server(answers={"recovery": True, "received": show_lsn(position), "timeline": timeline})


DOWN = Server(configured=True, contents="base")
PRIMARY = Server(answers={"recovery": False, "lsn": "0/5000000"})


def refusals(seen: dict[str, Server], one: Cluster, unreachable: Iterable[str] = (), waived: bool = False) -> str:
    return "\n".join(map(str, promotion.refused("clusters.shop", one, seen, unreachable, waived)))


def test_the_most_advanced_standby_is_chosen() -> None:
    choice = promotion.chosen(cluster(), {"pg2": standby(100), "pg3": standby(170)})
    assert choice
    assert (choice.name, choice.position, choice.behind) == ("pg3", 170, {"pg2": 70})


def test_a_standby_that_replays_its_own_log_still_may_have_more_than_it_says() -> None:
    """After a power cut of several hosts: what it has received it knows again when it has replayed all of it."""
    starting = Server(answers={"recovery": True, "received": "0/64", "timeline": 1, "settled": False})
    seen = {"pg1": DOWN, "pg2": starting, "pg3": standby(170)}
    assert "nodes.pg2: replays what it had before it was started" in refusals(seen, cluster())
    assert refusals(seen, cluster(), waived=True) == ""
    assert refusals({**seen, "pg2": standby(100)}, cluster()) == ""


def test_the_later_timeline_counts_more_than_the_position() -> None:
    """What an older timeline has beyond the fork was given up."""
    choice = promotion.chosen(cluster(), {"pg2": standby(100, timeline=2), "pg3": standby(170, timeline=1)})
    assert choice and choice.name == "pg2"


def test_of_equals_the_first_of_the_file_is_chosen() -> None:
    choice = promotion.chosen(cluster(), {"pg3": standby(100), "pg2": standby(100)})
    assert choice and choice.name == "pg2"


def test_a_delayed_standby_is_what_a_mistake_is_undone_with_and_is_not_promoted() -> None:
    one = cluster(pg2={"delay": "1h"}, pg3={})
    choice = promotion.chosen(one, {"pg2": standby(900), "pg3": standby(100)})
    assert choice and choice.name == "pg3"
    assert "delayed on purpose" in refusals({"pg1": DOWN, "pg2": standby(900)}, one, ["pg3"])


@given(st.dictionaries(st.sampled_from(["pg2", "pg3", "pg4"]), st.tuples(st.integers(1, 3), st.integers(0, 2**40))))
def test_no_standby_has_more_than_the_one_that_is_chosen(seen: dict[str, tuple[int, int]]) -> None:
    one = cluster(pg2={}, pg3={}, pg4={})
    choice = promotion.chosen(one, {name: standby(position, line) for name, (line, position) in seen.items()})
    assert (choice is None) == (not seen)
    if choice:
        assert seen[choice.name] == max(seen.values())


def test_a_lost_primary_whose_host_answers_is_no_reason_to_refuse() -> None:
    assert refusals({"pg1": DOWN, "pg2": standby(1), "pg3": standby(1)}, cluster()) == ""


@pytest.mark.parametrize(
    ("seen", "unreachable", "said"),
    [
        ({"pg1": PRIMARY, "pg2": standby(1), "pg3": standby(1)}, (), "pg1: is the primary, and answers"),
        ({"pg1": DOWN, "pg2": PRIMARY, "pg3": standby(1)}, (), "pg2: is a primary already, but declared standby"),
        ({"pg1": standby(9), "pg3": standby(1)}, ("pg2",), "pg1: is declared primary, but is a standby"),
        ({"pg2": standby(1), "pg3": standby(1)}, (), "--data unreachable=pg1"),
        ({"pg1": DOWN, "pg2": standby(1)}, (), "--data unreachable=pg3"),
        ({"pg1": DOWN, "pg2": standby(1), "pg3": standby(1)}, ("pg1",), "unreachable: pg1 was reached"),
        ({"pg1": DOWN, "pg2": standby(1), "pg3": standby(1)}, ("pg9",), "unreachable: there is no server pg9"),
        ({"pg1": DOWN, "pg2": DOWN, "pg3": DOWN}, (), "no standby answers that could be promoted"),
    ],
)
def test_what_must_not_be_is_refused(seen: dict[str, Server], unreachable: tuple[str, ...], said: str) -> None:
    assert said in refusals(seen, cluster(), unreachable)


def test_all_standbys_that_an_acknowledged_row_may_be_on_have_to_be_asked() -> None:
    one, seen = cluster({"method": "any", "number": 1}), {"pg1": DOWN, "pg2": standby(1)}
    assert "may be on pg3 alone" in refusals(seen, one, ["pg3"])
    assert refusals(seen, one, ["pg3"], waived=True) == ""
    assert "may be on" not in refusals(seen | {"pg3": standby(1)}, one)


def test_one_of_three_may_be_away_where_commits_wait_for_two() -> None:
    one = cluster({"method": "any", "number": 2}, pg2={}, pg3={}, pg4={})
    seen = {"pg1": DOWN, "pg2": standby(1), "pg3": standby(1)}
    assert "may be on" not in refusals(seen, one, ["pg4"])


def test_a_primary_whose_commits_would_wait_for_ever_is_not_made_unasked() -> None:
    one, seen = cluster({"number": 1}, pg2={}), {"pg1": DOWN, "pg2": standby(1)}
    assert "would wait for 1 of pg1, and wait for ever" in refusals(seen, one)
    assert refusals(seen, one, waived=True) == ""


def test_who_takes_the_writes_decides_whether_commits_go_on_while_the_old_primary_is_away() -> None:
    named = cluster({"number": 1, "standbys": ["pg2"]})
    assert not promotion.goes_on(named, "pg2", ["pg2", "pg3"])  # it would wait for the old primary alone
    assert promotion.goes_on(named, "pg3", ["pg2", "pg3"])
    both = cluster({"method": "any", "number": 1})
    assert all(promotion.goes_on(both, new, ["pg2", "pg3"]) for new in ("pg2", "pg3"))
    assert not promotion.goes_on(cluster({"number": 1}, pg2={}), "pg2", ["pg2"])
    assert promotion.goes_on(cluster(), "pg2", [])


def test_a_standby_that_is_just_being_started_may_have_what_the_others_have_not() -> None:
    seen = {"pg1": DOWN, "pg2": DOWN, "pg3": standby(1)}
    assert "nodes.pg2: has data, and does not answer" in refusals(seen, cluster())
    assert refusals(seen, cluster(), waived=True) == ""
    assert refusals({**seen, "pg2": Server()}, cluster()) == ""  # a blank host has nothing
    assert refusals(seen, cluster(pg2={"delay": "1h"}, pg3={})) == ""  # nor would it be promoted
    waited = cluster({"method": "any", "number": 2}, pg2={}, pg3={}, pg4={})
    assert "does not answer: it may" not in refusals({**seen, "pg4": standby(1)}, waited)


def test_a_standby_knows_whom_its_commits_will_wait_for() -> None:
    one = cluster({"method": "any", "number": 1})
    assert synchronous_standby_names(one) == 'ANY 1 ("pg2", "pg3")'
    assert synchronous_standby_names(one, "pg2") == 'ANY 1 ("pg1", "pg3")'
    named = cluster({"method": "first", "number": 1, "standbys": ["pg3"]})
    assert synchronous_standby_names(named, "pg3") == 'FIRST 1 ("pg1")'
    assert synchronous_standby_names(named, "pg2") == 'FIRST 1 ("pg3")'
    assert synchronous_standby_names(cluster(), "pg2") == ""


def test_the_guard_names_each_standby_that_is_not_good_and_why() -> None:
    lags = {"pg2": "", "pg_3": "has not received 0/5000000"}
    assert guard.refused("here", "restarted", "pg1", ["pg2"], lags) is None
    problem = guard.refused("here", "restarted", "pg1", ["pg2", "pg-3"], lags)
    assert problem and problem.what == "not restarted: pg-3 has not received 0/5000000 (from pg1)"
    silent = guard.refused("here", "restarted", "pg1", ["pg2"], {})
    assert silent and "pg2 is not known to be good" in silent.what
