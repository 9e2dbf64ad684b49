"""How dumps stand: what each node sees of its own disk and of the targets becomes one account."""

from typing import Any

import pytest

from fleet import environment
from fleet.status import Answer, Status, merged, page, unreachable
from fleet.status.dumps import subject

from .test_status import NOW, document, job, primary, record, said, wrong

DAY = 86400
AGE = "age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"
TEXT = f"""
secrets: {{from: environment}}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg1: {{address: 192.0.2.11, duty: primary}}
      pg2: {{address: 192.0.2.12, duty: standby}}
    databases: {{shop: {{owner: postgres}}, log: {{owner: postgres, dump: false}}}}
    dumps:
      encryption: {{age: [{AGE}]}}
      targets: {{offsite: {{s3: {{endpoint: s3.example.com, bucket: b}}}}}}
"""
CLUSTERS = environment.load(TEXT, "prod.yml").clusters


def dump(days: float, verified: float | None = None, size: int = 1 << 20) -> dict[str, Any]:
    """A dump that ended so many days ago, and was verified so many days ago."""
    at = None if verified is None else NOW - int(verified * DAY)
    return {"id": f"{days}-days-ago", "end": NOW - int(days * DAY), "size": size, "verified_at": at}


def place(where: str = "here", good: Any = None, verified: Any = None, count: int = 1) -> dict[str, Any]:
    return {"database": "shop", "place": where, "count": count, "good": good, "verified": verified}


def look(pg1: list[dict[str, Any]] | None, pg2: list[dict[str, Any]] | Answer | None, **more: Any) -> Status:
    """What the two nodes say of dumps; None from one that is too old to say anything."""
    told = {} if pg1 is None else {"dumps": pg1}
    standby = pg2 if isinstance(pg2, Answer) else said(document("standby", **({} if pg2 is None else {"dumps": pg2})))
    return merged("inventories/prod", CLUSTERS, {"pg1": said(primary("pg2", **told, **more)), "pg2": standby}, NOW)


def at(found: Status, where: str) -> Any:
    return next(one for one in found.clusters[0].dumps if one.place == where)


def test_a_line_for_each_database_and_place_that_is_declared() -> None:
    found = look([], [])
    assert [(one.database, one.place) for one in found.clusters[0].dumps] == [("shop", "here"), ("shop", "offsite")]


def test_the_newest_counts_wherever_it_lies() -> None:
    found = look([place(good=dump(8), verified=dump(8, 7), count=2)], [place(good=dump(1), verified=None, count=3)])
    here = at(found, "here")
    assert (here.seen_by, here.good.age_seconds, here.count) == ("pg2", DAY, 5)
    assert (here.verified.age_seconds, here.verified.verified_age_seconds) == (8 * DAY, 7 * DAY)


def test_what_two_nodes_see_at_a_target_is_there_once() -> None:
    found = look([place("offsite", good=dump(1), count=4)], [place("offsite", good=dump(2), count=3)])
    assert (at(found, "offsite").count, at(found, "offsite").seen_by) == (4, "pg1")


def test_a_dump_of_a_standby_that_is_away_is_seen_where_it_was_sent() -> None:
    found = look([place("offsite", good=dump(1))], unreachable("no route"))
    assert at(found, "offsite").good.id == "1-days-ago"
    assert at(found, "here").seen_by is None


@pytest.mark.parametrize("dumps", [None, []])
def test_what_no_node_can_say_is_not_known(dumps: Any) -> None:
    found = look(dumps, dumps)
    assert {one.state for one in found.clusters[0].dumps} == {"unseen"}
    assert "not known" in page(found, "now")


@pytest.mark.parametrize(("state", "code"), [("late", "late"), ("broken", "broken"), ("note", "note")])
def test_what_is_wrong_with_dumps_spoils_the_whole(state: str, code: str) -> None:
    check = wrong(subject("shop", "offsite"), "the last good dump is 3 d old", state)
    found = look([place(good=dump(1)), place("offsite", good=dump(3))], [], checks=[check])
    assert (found.state, at(found, "offsite").state, at(found, "here").state) == (code, state, "good")
    assert found.clusters[0].dumps[0].place == "offsite"


def test_the_page_says_how_old_the_last_good_and_the_last_verified_dump_are() -> None:
    found = look([place(good=dump(1, size=3 << 30), verified=dump(8, 7)), place("offsite", good=dump(1))], [])
    lines = [line.split() for line in page(found, "now").splitlines()]
    head = next(line for line in lines if "verified" in line and "place" in line)
    here, offsite = (next(line for line in lines if line[1:3] == ["shop", where]) for where in ("here", "offsite"))
    assert head[:3] == ["state", "dumps", "of"]
    assert " ".join(here) == "good shop here 24 h ago 3 GB 7 d ago, one of 8 d ago 1 pg1"
    assert " ".join(offsite) == "good shop offsite 24 h ago 1 MB never 1 pg1"


def test_a_cluster_without_dumps_has_no_such_table() -> None:
    text = TEXT[: TEXT.index("    dumps:")]
    found = merged("x", environment.load(text, "x").clusters, {"pg1": said(primary())}, NOW)
    assert found.clusters[0].dumps == []
    assert "dumps of" not in page(found, "now")


def test_a_job_that_failed_on_a_standby_is_told_where_the_job_is_shown() -> None:
    take = job("dump-take-shop", "shop")
    failed = take | {"last": record("dump-take", NOW - 60, 1)}
    check = wrong("job dump-take-shop", "the disk is full")
    standby = said(document("standby", dumps=[], jobs=[failed], checks=[check]))
    found = merged("x", CLUSTERS, {"pg1": said(primary("pg2", dumps=[], jobs=[take])), "pg2": standby}, NOW)
    jobs = [(one.node, one.state, one.last["exit"]) for one in found.clusters[0].jobs]
    assert jobs == [("pg1", "broken", 1)]
