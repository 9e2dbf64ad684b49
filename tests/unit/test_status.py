"""How an environment stands: what nodes say becomes one account, and what none of them can know is added."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from fleet import environment, status
from fleet.status import Answer, Finding, Status, answer, merged, page, unreachable
from steward.chain import check

NOW = 1_795_256_000
TEXT = """
purpose: production
secrets: {from: environment, prefix: X_}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg-2: {address: 192.0.2.12, duty: standby}
      safe: {address: 192.0.2.13, duty: repository}
    backups: {repositories: {near: {host: safe}, far: {host: safe, path: /srv/far}}}
  cash:
    postgresql: 15
    nodes:
      c1: {address: 192.0.2.21, duty: primary}
      c2: {address: 192.0.2.22, duty: standby, delay: 4h}
    backups: {repositories: {share: {path: /mnt/share}}}
  bare:
    postgresql: 18
    nodes:
      b1: {address: 192.0.2.31, duty: primary}
"""
CLUSTERS = environment.load(TEXT, "prod.yml").clusters


def backup(label: str = "20261120-010000F", kind: str = "full", **more: Any) -> dict[str, Any]:
    return {"label": label, "kind": kind, "end": NOW - 86400, "size": 9000, "stored": 1000, "restorable": True} | more


def repository(name: str, **more: Any) -> dict[str, Any]:
    found = {"name": name, "newest_wal": "000000010000000000000007", "archive_age_seconds": 4.5, "verified_at": None}
    return found | {"holes": [], "backups": [backup()]} | more


def job(name: str, of: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "repository": of, "times": "daily 01:00", "last": None, "next": NOW + 3600} | more


def record(verb: str, begin: int, code: int = 0, **more: Any) -> dict[str, Any]:
    return {"job": verb, "cluster": "shop", "begin": begin, "seconds": 5, "exit": code} | more


def wrong(where: str, what: str, state: str = "broken") -> dict[str, Any]:
    return {"where": where, "what": what, "hint": f"mend {where}", "state": state}


def document(duty: str, **more: Any) -> dict[str, Any]:
    found = {"duty": duty, "at": NOW, "checks": [], "server": {}, "repositories": [], "jobs": [], "recoveries": []}
    return found | more


def primary(*standbys: str, **more: Any) -> dict[str, Any]:
    streaming = {name: {"state": "streaming", "sync": "async", "bytes": 2048, "seconds": 0.25} for name in standbys}
    server = {"timeline": 1, "lsn": "0/7000060", "heartbeat_age_seconds": 0.5, "wal_waiting_bytes": 0}
    return document("primary", server=server | {"standbys": streaming}) | more


def said(found: dict[str, Any] | None, clock: int = NOW, **more: str | None) -> Answer:
    """The answer of a node whose cron looked a minute before."""
    lines = {"clock": str(clock), "steward": "yes", "patience": "30", "told": str(NOW - 9 * 86400), "code": "0"}
    lines |= {"kept": json.dumps((found or document("standby")) | {"at": clock - 60}), "said": ""}
    lines |= {"document": json.dumps(found)} if found else {}
    given = lines | more
    return answer({name: value for name, value in given.items() if value is not None})


def good() -> dict[str, Answer]:
    """Three clusters with nothing wrong."""
    both = [repository("near"), repository("far")]
    unknown = [one | {"archive_age_seconds": None} for one in both]
    return {
        "pg1": said(primary("pg_2", repositories=both)),
        "pg-2": said(document("standby")),
        "safe": said(document("repository", repositories=unknown)),
        "c1": said(primary("c2", repositories=[repository("share")])),
        "c2": said(document("standby")),
        "b1": said(primary()),
    }


def look(**changed: Answer | None) -> Status:
    """The account where some nodes answer otherwise than well; `pg_2` is pg-2, None is a node that was not asked."""
    answers = good() | {name.replace("pg_2", "pg-2"): one for name, one in changed.items()}
    return merged("inventories/prod", CLUSTERS, {name: one for name, one in answers.items() if one}, NOW)


def only(found: Status) -> Finding:
    assert len(found.findings) == 1, found.findings
    assert found.findings[0].hint
    return found.findings[0]


def cluster(found: Status, name: str = "shop") -> Any:
    return next(one for one in found.clusters if one.name == name)


def part(parts: Any, name: str) -> Any:
    return next(one for one in parts if one.name == name)


# --- the whole


def test_an_environment_with_nothing_wrong_is_good() -> None:
    found = look()
    assert (found.state, found.findings, found.asked, found.looked) == ("good", [], 6, 6)
    assert {one.name: one.state for one in found.clusters} == {"shop": "good", "cash": "good", "bare": "good"}


def test_the_words_for_states_are_stewards() -> None:
    assert status.STATES == check.STATES


def test_a_note_does_not_spoil_what_is_good_otherwise() -> None:
    found = look(pg1=said(primary("pg_2", checks=[wrong("repository near", "a hole, healed", "note")])))
    assert found.state == "note"


def test_the_worst_comes_first() -> None:
    found = look(
        b1=said(primary(checks=[wrong("heartbeat", "is old", "late"), wrong("data", "is damaged")])),
        c1=said(primary("c2", repositories=[repository("share")], checks=[wrong("archive", "fails", "late")])),
    )
    assert [one.state for one in found.findings] == ["broken", "late", "late"]
    assert [one.name for one in found.clusters] == ["bare", "cash", "shop"]
    assert found.state == "broken"


def test_a_cluster_that_was_not_asked_is_left_out() -> None:
    found = look(pg1=None, pg_2=None, safe=None, b1=None)
    assert [one.name for one in found.clusters] == ["cash"]
    assert found.state == "good"


def test_what_was_not_asked_is_not_missed() -> None:
    found = look(pg1=None, safe=None)
    assert found.findings == []
    assert part(cluster(found).nodes, "pg1").now == "not asked"


def test_the_account_is_json() -> None:
    found = json.loads(json.dumps(asdict(look())))
    assert found["clusters"][0]["nodes"][0]["name"] == "pg1"


# --- nodes


def test_a_node_that_does_not_answer_keeps_no_other_from_being_seen() -> None:
    found = look(pg_2=unreachable("connection refused"))
    one = only(found)
    assert (one.where, one.state, one.nodes) == ("node pg-2", "broken", ("pg-2",))
    assert "connection refused" in one.what
    assert "192.0.2.12" in one.hint
    assert part(cluster(found).nodes, "pg-2").now == "unanswered"
    assert (found.asked, found.looked) == (6, 5)


def test_where_no_host_answers_nothing_is_known() -> None:
    answers = dict.fromkeys(good(), unreachable("no route"))
    found = merged("inventories/prod", CLUSTERS, answers, NOW)
    assert (found.state, found.looked) == ("unseen", 0)


def test_nothing_to_ask_is_nothing_known() -> None:
    assert merged("inventories/prod", {}, {}, NOW).state == "unseen"


def test_a_node_without_a_steward_wants_a_deploy() -> None:
    found = look(pg_2=answer({"clock": str(NOW)}))
    assert only(found).what == "has no steward yet"
    assert "make deploy" in only(found).hint
    assert part(cluster(found).nodes, "pg-2").now == "no steward"


def test_a_steward_that_was_not_told_of_the_cluster_wants_a_deploy() -> None:
    assert "was not told of shop" in only(look(pg_2=answer({"clock": str(NOW), "steward": "yes"}))).what


def test_something_that_is_no_linux_host_did_not_answer() -> None:
    assert "Linux" in only(look(pg_2=answer({}))).what


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ({"code": "124"}, "did not end within 30 s"),
        ({"code": "1", "said": "the database said no"}, "the database said no"),
        ({"code": "1"}, "ended with exit code 1"),
        ({"document": '{"duty": "standby"}'}, "not what a steward says"),
        ({"document": '{"duty'}, "Unterminated"),
        ({"document": "[]"}, "not what a steward says"),
        ({"document": json.dumps(primary() | {"server": {"heartbeat_age_seconds": "old"}})}, "not what a steward says"),
    ],
)
def test_a_steward_that_cannot_look_is_told_with_its_reason(lines: dict[str, str], why: str) -> None:
    found = look(pg_2=said(None, **lines))
    assert why in only(found).what
    assert only(found).where == "node pg-2"


def test_where_a_look_fails_what_cron_saw_last_is_shown_with_its_age() -> None:
    seen = primary("pg_2", repositories=[repository("near"), repository("far")], at=NOW - 240)
    found = look(pg1=said(None, code="124", kept=json.dumps(seen)))
    assert "4 min ago" in only(found).what
    assert part(cluster(found).nodes, "pg1").now == "primary"
    assert part(cluster(found).repositories, "near").seen_by == "pg1"


def test_what_is_seen_now_counts_more_than_what_cron_saw() -> None:
    before = document("down", checks=[wrong("server", "does not answer")], at=NOW - 60)
    found = look(pg_2=said(document("standby"), kept=json.dumps(before)))
    assert found.findings == []
    assert part(cluster(found).nodes, "pg-2").now == "standby"


def test_a_node_that_cron_does_not_visit_is_late() -> None:
    old = json.dumps(document("standby", at=NOW - 16 * 60))
    one = only(look(pg_2=said(document("standby"), kept=old)))
    assert (one.where, one.what, one.state) == ("cron on pg-2", "last looked 16 min ago", "late")
    assert only(look(pg_2=said(document("standby"), kept=None))).what == "never looked, though deployed 9 d ago"


def test_a_node_that_was_just_deployed_waits_for_cron_in_peace() -> None:
    assert look(pg_2=said(document("standby"), kept=None, told=str(NOW - 60))).findings == []


def test_ages_are_by_the_clock_of_the_node() -> None:
    ahead = NOW + 7200
    seen = document("standby", jobs=[job("amcheck", next=ahead + 60, last=record("amcheck", ahead - 30))], at=ahead)
    found = look(pg_2=said(seen, clock=ahead))
    assert found.findings == []
    one = part(cluster(found).jobs, "amcheck")
    assert (one.next_in_seconds, one.last_age_seconds) == (60, 30)


# --- primaries and standbys


def test_a_server_that_cannot_be_reached_may_be_the_primary() -> None:
    found = look(pg1=unreachable("no route"))
    one = next(one for one in found.findings if one.where == "the cluster")
    assert one.what == "no primary is seen: pg1 did not answer, pg-2 is a standby"
    assert one.hint.startswith("pg1 may be it")


def test_a_promoted_standby_is_told_with_what_became_of_the_primary() -> None:
    both = [repository("near"), repository("far")]
    one = only(look(pg1=said(document("standby")), pg_2=said(primary("pg1", repositories=both))))
    assert one.what == "pg-2 is its primary now; pg1, the declared one, is a standby"
    assert one.state == "broken"
    one = look(pg1=unreachable("no route"), pg_2=said(primary("pg1", repositories=both))).findings[1]
    assert one.what == "pg-2 is its primary now; pg1, the declared one, did not answer"


def test_two_primaries_at_once_are_told_with_their_timelines() -> None:
    second = primary("pg1")
    second["server"]["timeline"] = 2
    found = look(pg_2=said(second))
    assert only(found).what == "two primaries at once: pg1 on timeline 1, pg-2 on timeline 2"
    assert only(found).nodes == ("pg1", "pg-2")
    assert [one.node for one in cluster(found).primaries] == ["pg1", "pg-2"]


def test_a_cluster_without_a_primary_is_broken() -> None:
    down = document("down", checks=[wrong("server", "does not answer")])
    found = look(pg1=said(down))
    assert {one.what for one in found.findings} == {
        "no primary is seen: pg1 is down, pg-2 is a standby",
        "does not answer",
    }


def test_the_lag_of_a_standby_is_what_its_primary_says() -> None:
    one = part(cluster(look()).nodes, "pg-2")
    assert (one.replication, one.sync, one.replay_bytes, one.replay_seconds) == ("streaming", "async", 2048, 0.25)
    assert part(cluster(look(), "cash").nodes, "c2").delay == 4 * 3600
    assert part(cluster(look()).nodes, "pg1").replay_bytes is None


def test_a_standby_that_does_not_stream_is_told_once() -> None:
    both = [repository("near"), repository("far")]
    found = look(
        pg1=said(primary(repositories=both, checks=[wrong("standby pg_2", "does not stream from its primary")])),
        pg_2=said(document("standby", checks=[wrong("standby", "does not stream from a primary")])),
    )
    assert only(found).nodes == ("pg1", "pg-2")
    assert {one.name: one.state for one in cluster(found).nodes} == {"pg-2": "broken", "pg1": "good", "safe": "good"}


# --- repositories


def judged(what: str) -> dict[str, Any]:
    return wrong("repository near", what)


def test_what_primary_and_repository_both_say_is_told_once_in_the_words_of_the_primary() -> None:
    near = [repository("near"), repository("far")]
    found = look(
        safe=said(document("repository", repositories=near, checks=[judged("the newest backup is 27 h old")])),
        pg1=said(primary("pg_2", repositories=near, checks=[judged("the newest backup is 26 h old")])),
    )
    assert only(found).what == "the newest backup is 26 h old"
    assert only(found).nodes == ("pg1", "safe")
    assert part(cluster(found).repositories, "near").state == "broken"
    assert part(cluster(found).repositories, "far").state == "good"
    assert {one.state for one in cluster(found).nodes} == {"good"}


def test_two_holes_are_two_findings() -> None:
    holes = [judged("WAL is missing: 00000001000000000000000A"), judged("WAL is missing: 00000001000000000000000B")]
    near = [repository("near"), repository("far")]
    found = look(
        pg1=said(primary("pg_2", repositories=near, checks=holes)),
        safe=said(document("repository", repositories=near, checks=holes)),
    )
    assert [one.nodes for one in found.findings] == [("pg1", "safe"), ("pg1", "safe")]


def test_what_the_repository_alone_knows_is_told_too() -> None:
    near = [repository("near", verified_at=NOW - 600), repository("far")]
    damage = wrong("repository near, backup 20261120-010000F", "verification calls it invalid")
    found = look(safe=said(document("repository", repositories=near, checks=[damage])))
    assert only(found).nodes == ("safe",)
    one = part(cluster(found).repositories, "near")
    assert (one.state, one.seen_by, one.verified_age_seconds) == ("broken", "pg1", 600)


def test_a_repositorys_account_counts_its_backups_and_how_far_back_they_reach() -> None:
    kept = [
        backup("A", end=NOW - 900_000, restorable=False),
        backup("B", end=NOW - 600_000, stored=5000),
        backup("C", "diff", end=NOW - 7200, stored=300),
    ]
    near = repository("near", backups=kept, holes=["00000001000000000000000A"], archive_age_seconds=7.0)
    one = part(cluster(look(pg1=said(primary("pg_2", repositories=[near, repository("far")])))).repositories, "near")
    assert one.backups == {"full": 2, "diff": 1, "incr": 0}
    assert (one.restorable, one.stored, one.holes) == (2, 6300, ["00000001000000000000000A"])
    assert (one.newest.kind, one.newest.age_seconds) == ("diff", 7200)
    assert (one.oldest_restorable, one.oldest_restorable_age_seconds) == (NOW - 600_000, 600_000)
    assert one.archive_age_seconds == 7.0


def test_an_empty_repository_reaches_nowhere() -> None:
    near = repository("near", backups=[])
    one = part(cluster(look(pg1=said(primary("pg_2", repositories=[near, repository("far")])))).repositories, "near")
    assert (one.newest, one.oldest_restorable) == (None, None)


def test_without_a_primary_the_repositorys_own_host_says_what_there_is() -> None:
    found = look(pg1=unreachable("no route"))
    one = part(cluster(found).repositories, "near")
    assert (one.seen_by, one.archive_age_seconds) == ("safe", None)


def test_a_repository_that_no_node_could_look_into_is_told() -> None:
    near = [repository("near")]
    found = look(pg1=said(primary("pg_2", repositories=near)), safe=said(document("repository", repositories=near)))
    assert (only(found).where, only(found).what) == ("repository far", "no node could look into it")
    assert part(cluster(found).repositories, "far").state == "broken"


def test_a_repository_that_could_not_be_looked_at_is_told_once() -> None:
    away = [wrong("repository far", "cannot be looked at: no route")]
    near = [repository("near")]
    found = look(
        pg1=said(primary("pg_2", repositories=near, checks=away)),
        safe=said(document("repository", repositories=near, checks=away)),
    )
    assert only(found).what == "cannot be looked at: no route"


# --- jobs


def test_jobs_come_with_their_last_outcome_and_the_next_run() -> None:
    failed = record("backup", NOW - 500, 2)
    there = document(
        "repository",
        repositories=[repository("near"), repository("far")],
        jobs=[job("expire-near", "near"), job("backup-near-full", "near", last=failed, next=NOW + 9000)],
        checks=[wrong("job backup-near-full", "ended with exit code 2")],
    )
    found = look(safe=said(there))
    assert only(found).where == "job backup-near-full"
    first, second = cluster(found).jobs
    assert (first.name, first.node, first.state, first.last["exit"]) == ("backup-near-full", "safe", "broken", 2)
    assert (second.name, second.state, second.last) == ("expire-near", "", None)
    assert first.next_in_seconds == 9000


def test_jobs_of_a_shared_repository_are_shown_for_the_primary_of_the_moment_with_what_another_did() -> None:
    done = record("backup", NOW - 4000)
    c1 = document("standby", jobs=[job("backup-share-full", "share", last=done), job("amcheck")])
    c2 = primary("c1", repositories=[repository("share")], jobs=[job("backup-share-full", "share"), job("amcheck")])
    jobs = cluster(look(c1=said(c1), c2=said(c2)), "cash").jobs
    assert sorted((one.name, one.node) for one in jobs) == [
        ("amcheck", "c1"),
        ("amcheck", "c2"),
        ("backup-share-full", "c2"),
    ]
    assert part(jobs, "backup-share-full").last == done


# --- restores and drills


def test_there_was_no_drill_until_there_is_a_record_of_one() -> None:
    one = cluster(look()).drill
    assert (one.known, one.last) == (True, None)
    assert "last drill: never" in page(look(), "now")


def test_the_last_restore_may_be_on_any_node_and_the_last_good_one_on_another() -> None:
    near = [repository("near"), repository("far")]
    failed = record("restore", NOW - 100, 1, kind="beside")
    fine = record("restore", NOW - 900, kind="beside")
    found = look(
        pg1=said(primary("pg_2", repositories=near, recoveries=[failed])),
        pg_2=said(document("standby", recoveries=[fine, record("drill", NOW - 50)])),
    )
    one = cluster(found).restore
    assert (one.node, one.last, one.good_node, one.good) == ("pg1", failed, "pg-2", fine)
    assert cluster(found).drill.last["begin"] == NOW - 50
    shown = page(found, "now")
    assert "last restore: beside, failed with 1, 100 s ago on pg1; the last good one 15 min ago on pg-2" in shown
    assert "last drill: good in 5 s, 50 s ago on pg-2" in shown


def test_a_steward_of_before_cannot_say_that_there_was_no_drill() -> None:
    old = document("standby")
    del old["recoveries"]
    found = look(pg_2=said(old))
    assert cluster(found).drill.known is False
    assert "last drill: not known" in page(found, "now")


# --- the page


def test_every_finding_stands_on_the_page_with_its_hint_before_the_clusters() -> None:
    shown = page(look(pg_2=unreachable("no route"), b1=said(primary(checks=[wrong("data", "bad pages")]))), "noon")
    head, findings = shown.splitlines()[0], shown.partition("---")[0]
    assert head == "broken  inventories/prod at noon: 2 broken; 5 of 6 hosts looked at"
    assert "broken  shop, node pg-2: did not answer: no route" in findings
    assert "broken  bare, data: bad pages [b1]" in findings
    assert findings.count("HINT: ") == 2


def test_the_page_is_plain_ascii_without_colours() -> None:
    shown = page(look(b1=said(primary(checks=[wrong("hëartbeat", "systemctl status x@… is × bad\033[31m")]))), "now")
    assert shown.isascii()
    assert "x@... is x bad" in shown
    assert "\033" not in shown


def test_the_columns_of_a_table_are_aligned() -> None:
    lines = page(look(), "now").splitlines()
    begin = lines.index(next(one for one in lines if one.startswith("--- shop")))
    heads, *rows = lines[begin + 1 : begin + 5]
    for row in rows:
        assert row[heads.index("declared") :].startswith(("primary ", "standby ", "repository "))
        assert row[heads.index("cron looked") :] == "60 s ago"


def test_states_have_colours_on_a_terminal_alone() -> None:
    found = look(pg_2=unreachable("no route"))
    assert "\033[1;31mbroken\033[0m  shop, node pg-2" in page(found, "now", colour=True)
    assert page(found, "now").count("\033") == 0


def test_the_page_has_ages_and_sizes_as_people_write_them() -> None:
    kept = [backup(end=NOW - 200, stored=1_300_000_000)]
    near = repository("near", backups=kept, archive_age_seconds=181.0)
    shown = page(look(pg1=said(primary("pg_2", repositories=[near, repository("far")]))), "now")
    assert "1.21 GB" in shown
    assert "3 min " in shown
    assert "full, 3 min ago" in shown
