"""An environment with everything that a page can show: what is well, what is late, and what is broken."""

import json
from typing import Any

from fleet import environment
from fleet.drill import Outage, Phase, Proof, Report, Targets
from fleet.report import Page, page
from fleet.status import Answer, answer, merged

NOW = 1_795_267_800  # 2026-11-21 13:30 UTC
DAY, HOUR = 86_400, 3600
TEXT = """
purpose: production
secrets: {from: environment, prefix: X_}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2: {address: 192.0.2.12, duty: standby}
      pg3: {address: 192.0.2.13, duty: standby, delay: 4h}
      safe: {address: 192.0.2.21, duty: repository}
    backups:
      repositories: {near: {host: safe}, far: {s3: {endpoint: s3.example.com, bucket: b}}}
    drills:
      restore: {node: pg2, when: sunday 04:00, rto: 30min, rpo: 60s}
      pitr: {node: pg2, when: tuesday 04:00, rto: 30min, rpo: 5s}
      disaster: {repository: far, hosts: {pg1: 192.0.2.91}, rto: 2h, rpo: 60s}
      failover: {rto: 60s, rpo: 0s}
      switchover: {rto: 10s, rpo: 0s}
      node: {rto: 30min}
  ledger:
    postgresql: 15
    nodes: {ledger1: {address: 198.51.100.11, duty: primary}}
"""
CLUSTERS = environment.load(TEXT, "prod.yml").clusters
EVIL = '</style><script>alert("x")</script> & "quotes"'


def backup(days: float, kind: str, stored: int, restorable: bool = True) -> dict[str, Any]:
    end = NOW - int(days * DAY)
    return {
        **{"label": f"b{end}", "kind": kind, "end": end, "size": 40 << 30, "stored": stored},
        "restorable": restorable,
    }


def near() -> list[dict[str, Any]]:
    """Two weeks: a full one each Sunday, a differential one each day, incremental ones of the last day."""
    fulls = [backup(days, "full", 9 << 30, days != 13.5) for days in (13.5, 6.5)]
    diffs = [backup(days + 0.5, "diff", 700 << 20) for days in (12, 11, 10, 9, 8, 7, 5, 4, 3, 2, 1, 0)]
    incrs = [backup(hours / 24, "incr", 60 << 20) for hours in (20, 16, 8, 4)]
    return sorted([*fulls, *diffs, *incrs], key=lambda one: one["end"])


def repository(name: str, backups: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    found = {"name": name, "newest_wal": "000000010000004B00000007", "archive_age_seconds": 4.5}
    return {**found, "verified_at": NOW - 3 * DAY, "holes": [], "backups": backups, **more}


def document(duty: str, **more: Any) -> dict[str, Any]:
    found = {"duty": duty, "at": NOW, "checks": [], "server": {}, "repositories": [], "jobs": [], "recoveries": []}
    return found | more


def said(found: dict[str, Any]) -> Answer:
    lines = {
        "clock": str(NOW),
        "steward": "yes",
        "patience": "30",
        "told": str(NOW - 90 * DAY),
        "code": "0",
        "said": "",
    }
    return answer(lines | {"kept": json.dumps(found), "document": json.dumps(found)})


def answers() -> dict[str, Answer]:
    standbys = {
        "pg2": {"state": "streaming", "sync": "quorum", "bytes": 2048, "seconds": 0.004},
        "pg3": {"state": "streaming", "sync": "async", "bytes": 410 << 20, "seconds": 14_400.0},
    }
    server = {"timeline": 3, "lsn": "4B/7000060", "heartbeat_age_seconds": 0.5, "wal_waiting_bytes": 0}
    hole = "00000003000000480000001F to 000000030000004800000021"
    far = [backup(days, "full", 8 << 30) for days in (6.4,)] + [backup(days, "diff", 650 << 20) for days in (3.4, 0.4)]
    both = [repository("near", near()), repository("far", far, archive_age_seconds=61.0, holes=[hole])]
    late = {"where": "repository far", "what": "WAL is missing", "hint": "a full backup answers it", "state": "broken"}
    return {
        "pg1": said(document("primary", server=server | {"standbys": standbys}, repositories=both)),
        "pg2": said(document("standby")),
        "pg3": said(document("standby")),
        "safe": said(document("repository", repositories=both, checks=[late])),
        "ledger1": said(document("primary", server=server | {"standbys": {}})),
    }


def phases(*seconds: float, names: tuple[str, ...]) -> tuple[Phase, ...]:
    size = {"restore": 40 << 30}
    segments = {"replay": 412}
    return tuple(
        Phase(name, spent, size.get(name), segments.get(name)) for name, spent in zip(names, seconds, strict=True)
    )


BESIDE = ("restore", "replay", "promote", "accept", "first write", "proof")
LIVE = ("detect", "promote", "accept", "first write")
SPARE = ("ready hosts", "restore", "configure", "replay", "first write", "proof")
PROVED = (
    Proof("it is where it was wanted, by the heartbeat", True, "it holds everything up to 2026-11-15 04:00:12+00"),
    Proof("every table has the rows that production had", True, "81204511 rows in 212 of 212 tables, at 47/9C000148"),
    Proof("every index is valid", True),
    Proof("every table and index is sound, by pg_amcheck with every row looked up", True),
    Proof("every page has its checksum", True, "5242880 pages, 40 GB"),
)


def drill(kind: str, days: float, *seconds: float, **more: Any) -> Report:
    begin = NOW - int(days * DAY)
    names = LIVE if kind in ("failover", "switchover") else SPARE if kind == "disaster" else BESIDE
    declared = getattr(CLUSTERS["shop"].drills, kind)
    parts = phases(*seconds, names=names)
    rto = sum(one.seconds for one in parts if one.name != "proof")
    known = {"rpo": 4.2, "source": {"repository": "near", "backup": "20261108-013000F"}, "proof": PROVED}
    return Report(
        **{  # type: ignore[arg-type]
            **{"kind": kind, "cluster": "shop", "node": "pg2", "begin": begin, "end": begin + int(rto), "ok": True},
            **{"targets": Targets(declared.rto, declared.rpo), "rto": rto, "phases": parts},
            **known,
            **more,
        }
    )


def reports() -> list[Report]:
    """Two months of them."""
    found = [
        drill(
            "restore", 6.4 + 7 * week, 610.0 - 14 * week, 95 + 7 * (week % 3), 3.1, 0.4, 0.2, 1400, rpo=3.0 + week % 4
        )
        for week in range(8)
    ]
    found += [
        drill("pitr", 4.4 + 7 * week, 602.0 - 12 * week, 160 + 31 * (week % 4), 2.8, 0.4, 0.2, 1350, rpo=0.4)
        for week in range(1, 8)
    ]
    wrong = Proof("every table has the rows that production had", False, f"shop: orders has 1999 rows, not 2000 {EVIL}")
    found.append(
        drill("pitr", 4.4, 640.0, 1400, 2.9, 0.4, 0.2, 1300, rpo=0.6, ok=False, proof=(PROVED[0], wrong, *PROVED[2:]))
    )
    outage = Outage(8.4, 4821, 0, 31, 0.1)
    nobody = {"source": {"promoted": "pg2"}, "proof": PROVED[:1], "rpo": 0.0, "node": "pg2"}
    found.append(drill("failover", 20.2, 3.1, 4.0, 0.8, 0.5, outage=outage, **nobody))
    found.append(drill("switchover", 19.1, 0.2, 1.1, 0.4, 0.1, outage=Outage(1.8, 9210, 0, 12, 0.1), **nobody))
    found.append(drill("disaster", 30.3, 48, 1320.0, 9, 180, 6, 1500, source={"repository": "far", "backup": "x"}))
    problems = (f"not so: {wrong.what}: {wrong.said}", "RTO is 2043.5 s, and 1800 s were promised")
    return [one if one.ok else _with(one, problems) for one in found]


def _with(one: Report, problems: tuple[str, ...]) -> Report:
    return Report(**{**vars(one), "problems": problems})


def everything() -> Page:
    """The page of all that."""
    status = merged("inventories/prod", CLUSTERS, answers(), NOW)
    return page(status, CLUSTERS, answers(), reports())
