"""What stands between wish and host: changes with their cost, and refusals."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from fleet import plan
from fleet.layout import Layout
from fleet.server import Server, server

LAYOUT = Layout(17, "main", PurePosixPath("/srv/main"))
HERE = "clusters.main.nodes.pg1"
RUNNING = Server(configured=True, contents="base global", data_version="17", system="7", answers={"recovery": False})
STANDBY = Server(
    configured=True, contents="base", data_version="17", standby=True, system="7", answers={"recovery": True}
)
BLANK = Server()


def test_a_change_says_what_it_costs() -> None:
    before = "work_mem = '4MB'\nmax_connections = '100'\njit = 'on'\n"
    after = "work_mem = '8MB'\nmax_connections = '200'\n"
    assert [str(change) for change in plan.setting_changes(before, after, 17)] == [
        "jit: on → unset (reload)",
        "max_connections: 100 → 200 (restart)",
        "work_mem: 4MB → 8MB (reload)",
    ]


def test_the_first_settings_of_a_server_cost_nothing() -> None:
    assert [str(change) for change in plan.setting_changes("", "a = 'b'\nc = 'd'\n", 17)] == [
        "settings: 2 are written (nothing)"
    ]


@pytest.mark.parametrize("seen", [BLANK, RUNNING])
def test_a_blank_host_and_a_primary_are_taken_as_primary(seen: Server) -> None:
    assert plan.primary_refused(HERE, LAYOUT, seen) is None


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (STANDBY, "is declared primary, but its server is a standby"),
        (Server(contents="photos"), "/srv/main is not empty and no cluster of pgsteward's: photos"),
        (Server(configured=True), "the cluster is configured, but /srv/main is empty"),
        (Server(configured=True, contents="base", data_version="15"), "/srv/main is of PostgreSQL 15, declared is 17"),
    ],
)
def test_what_is_no_primary_of_ours_is_refused(seen: Server, what: str) -> None:
    problem = plan.primary_refused(HERE, LAYOUT, seen)
    assert problem is not None
    assert (problem.where, problem.what) == (HERE, what)
    assert problem.hint


@pytest.mark.parametrize("seen", [BLANK, STANDBY, Server(contents="base", copying=True)])
def test_a_blank_host_a_standby_and_a_broken_copy_of_ours_are_taken_as_standby(seen: Server) -> None:
    assert plan.standby_refused(HERE, LAYOUT, seen, RUNNING) is None


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (RUNNING, "is declared standby, but /srv/main holds a server that is not one"),
        (Server(contents="photos"), "/srv/main is not empty and holds no standby: photos"),
        (Server(contents="base", standby=True, system="8"), "holds a copy of another cluster"),
    ],
)
def test_what_is_no_standby_of_this_primary_is_refused(seen: Server, what: str) -> None:
    problem = plan.standby_refused(HERE, LAYOUT, seen, RUNNING)
    assert problem is not None
    assert what in problem.what


FENCED = Server(
    configured=True, contents="base", data_version="17", system="7", held=1, fenced="pg2 is the primary, on timeline 2"
)
SUCCESSOR = Server(configured=True, contents="base", system="7", answers={"recovery": False, "timeline": 2})


def test_a_fenced_server_is_no_primary_whatever_is_declared() -> None:
    problem = plan.primary_refused(HERE, LAYOUT, FENCED)
    assert problem is not None
    assert problem.what == "is declared primary, but may not start: pg2 is the primary, on timeline 2"


def test_a_fenced_server_is_made_a_standby_of_the_one_that_went_on() -> None:
    assert plan.standby_refused(HERE, LAYOUT, FENCED, SUCCESSOR) is None


@pytest.mark.parametrize(
    "primary",
    [
        BLANK,
        replace(SUCCESSOR, answers={"recovery": False, "timeline": 1}),
        replace(SUCCESSOR, answers={"recovery": True, "timeline": 2}),
        replace(SUCCESSOR, system="8"),
    ],
)
def test_nothing_of_a_fenced_server_is_given_up_for_one_that_has_not_gone_on_from_it(primary: Server) -> None:
    problem = plan.standby_refused(HERE, LAYOUT, FENCED, primary)
    assert problem is not None
    assert "has not gone on from what it holds" in problem.what


def test_a_host_without_a_server_answers_with_the_empty_value() -> None:
    assert server([]) == BLANK
    assert server(["snapshot="]) == BLANK
    assert (BLANK.recovery, BLANK.stale, BLANK.pending_restart, BLANK.lsn) == (None, False, (), "0/0")
    assert (BLANK.streaming, BLANK.followers, BLANK.slots, BLANK.recovery_compared) == (False, (), {}, {})


def test_a_server_is_read_from_its_lines() -> None:
    seen = server(["configured=yes", "contents=base global ", 'snapshot={"recovery": true, "lsn": null}', "noise"])
    assert (seen.configured, seen.contents, seen.recovery, seen.lsn) == (True, "base global", True, "0/0")
