"""Whether the jobs of a node do what was declared: those that failed, were killed, or never ran."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ..cluster import ABOUT, Job
from .check import LATE, Check
from .judge import SLACK

Key = tuple[str, str, str]
RETRIED = 75
ELSEWHERE = ("dump-take", "dump-send", "dump-verify")
"""Jobs that another node may have done: whether that was in time is told by what there is of dumps."""


def judge(
    jobs: Collection[Job],
    lasts: Mapping[Key, Mapping[str, Any]],
    killed: Iterable[Mapping[str, Any]],
    told: int,
    now: int,
) -> Iterator[Check]:
    """What is wrong with the jobs; `told`: since when the node knows them, in seconds of the epoch."""
    for record in killed:
        yield Check(f"job {name(record)}", "was killed before its end", "run it again; nothing of it is held")
    keeps = any(job.verb == "backup" for job in jobs)
    scheduled = {(job.verb, job.repository, job.kind): job for job in jobs}
    for key, record in lasts.items():
        code = record.get("exit", 0)
        sends = key[0] == "dump-send" and any(job.verb == key[0] for job in jobs)
        if code and code != RETRIED and (key in scheduled or sends or (keeps and key[0] == "backup")):
            reason = record.get("reason", f"ended with exit code {code}")
            yield Check(f"job {name(record)}", reason, again(key[0]))
    for key, job in scheduled.items():
        last = lasts.get(key, {}).get("begin", told)
        if job.times and job.verb not in ELSEWHERE and now - max(last, told) > job.pause + SLACK:
            what = f"did not run for {(now - last) // 3600} h, though it is due {job.times}"
            yield Check(f"job {job.name}", what, "does cron run on this host?", LATE)


def name(record: Mapping[str, Any]) -> str:
    """What a job is called: verb, what it is about, kind."""
    return "-".join(str(record[part]) for part in ("job", *ABOUT.values(), "kind") if record.get(part))


def again(verb: str) -> str:
    """What to do about a job that failed."""
    if verb == "drill":
        return "`make report` shows what it came to; run it again when mended"
    if verb in ELSEWHERE:
        return f"run it again when mended: steward {verb.replace('-', ' ')}"
    return "its log stands in /var/log/pgbackrest; run it again when mended"
