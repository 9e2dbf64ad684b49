"""How an environment stands, as a page for people: what is wrong, worst first, then each cluster."""

from collections.abc import Iterator

from .. import duration, size
from .finding import STATES, Finding
from .standing import UNANSWERED, UNASKED, Cluster, Dumps, Job, Node, Primary, Recovery, Repository, Status
from .table import ascii_only, painted, rule, table, wrapped

INDENT = 8


def page(status: Status, moment: str, colour: bool = False) -> str:
    """The page; `moment` is the time of the look, as it is to be shown."""
    parts = [list(_head(status, moment)), list(_findings(status)), *(list(_cluster(one)) for one in status.clusters)]
    lines = (line for part in parts if part for line in (*part, ""))
    plain = (ascii_only(line) for line in lines)
    return "\n".join(painted(line) if colour else line for line in plain).strip("\n") + "\n"


def _head(status: Status, moment: str) -> Iterator[str]:
    counts = [(sum(one.state == state for one in status.findings), state) for state in reversed(STATES)]
    found = ", ".join(f"{count} {state}" for count, state in counts if count) or "nothing is wrong"
    looked = f"{status.looked} of {status.asked} hosts looked at"
    yield f"{status.state}  {status.inventory} at {moment}: {found}; {looked}"


def _findings(status: Status) -> Iterator[str]:
    for one in status.findings:
        yield from _finding(one)


def _finding(one: Finding) -> Iterator[str]:
    others = [node for node in one.nodes if node not in one.where and node not in one.what]
    said = f" [{', '.join(others)}]" if others else ""
    yield from wrapped(f"{one.state:{INDENT}}", f"{one.cluster}, {one.where}: {one.what}{said}", INDENT)
    yield from wrapped(" " * INDENT, f"HINT: {one.hint}", INDENT + 6)


def _cluster(one: Cluster) -> Iterator[str]:
    yield rule(f"{one.name}, PostgreSQL {one.postgresql}: {one.state}")
    yield from table(NODE, [_node(node) for node in one.nodes])
    for primary in one.primaries:
        yield _primary(primary)
    if one.repositories:
        yield ""
        yield from table(REPOSITORY, [_repository(repository) for repository in one.repositories])
    if one.dumps:
        yield ""
        yield from table(DUMPS, [_dumps(dumps) for dumps in one.dumps])
    if one.jobs:
        yield ""
        yield from table(JOB, [_job(job) for job in one.jobs])
    yield ""
    yield f"last restore: {_recovery(one.restore)}"
    yield f"last drill: {_recovery(one.drill)}"


NODE = ("state", "node", "declared", "is now", "replication", "behind", "", "cron looked")


def _node(one: Node) -> tuple[str, ...]:
    replication = " ".join(filter(None, [one.replication, one.sync]))
    behind = "" if one.replay_bytes is None else f"{size.about(max(one.replay_bytes, 0))}, {_age(one.replay_seconds)}"
    delay = "" if one.delay is None else f"({duration.about(one.delay)} on purpose)"
    looked = "" if one.now in (UNANSWERED, UNASKED) else _ago(one.check_age_seconds)
    return one.state, one.name, one.duty, one.now, replication, behind, delay, looked


def _primary(one: Primary) -> str:
    timeline = f" on timeline {one.timeline} at {one.lsn}" if one.timeline else ""
    beat = "no heartbeat" if one.heartbeat_age_seconds is None else f"heartbeat {_ago(one.heartbeat_age_seconds)}"
    waiting = "" if one.wal_waiting_bytes is None else f", {size.about(one.wal_waiting_bytes)} of WAL to be archived"
    return f"primary {one.node}{timeline}: {beat}{waiting}"


REPOSITORY = ("state", "repository", "lacks last", "backups", "newest", "reaches back", "stored", "holes", "verified")


def _repository(one: Repository) -> tuple[str, ...]:
    if one.seen_by is None:
        return one.state, one.name, "not known", "not known", "", "", "", "", ""
    count = sum(one.backups.values())
    kinds = ", ".join(f"{number} {kind}" for kind, number in one.backups.items() if number) or "none"
    lost = f" ({one.restorable} restorable)" if one.restorable < count else ""
    return (
        one.state,
        one.name,
        _age(one.archive_age_seconds),
        f"{kinds}{lost}",
        f"{one.newest.kind}, {_ago(one.newest.age_seconds)}" if one.newest else "",
        _age(one.oldest_restorable_age_seconds, "nowhere"),
        size.about(one.stored),
        str(len(one.holes)) if one.holes else "",
        _ago(one.verified_age_seconds),
    )


DUMPS = ("state", "dumps of", "place", "last good", "size", "last verified", "kept", "seen by")


def _dumps(one: Dumps) -> tuple[str, ...]:
    if one.seen_by is None:
        return one.state, one.database, one.place, "not known", "", "not known", "", ""
    good, verified = one.good, one.verified
    return (
        one.state,
        one.database,
        one.place,
        _ago(good.age_seconds if good else None),
        size.about(good.size) if good else "",
        f"{_ago(verified.verified_age_seconds)}, one of {_ago(verified.age_seconds)}" if verified else "never",
        str(one.count),
        one.seen_by,
    )


JOB = ("state", "job", "node", "last run", "next run", "due")


def _job(one: Job) -> tuple[str, ...]:
    soon = "now" if one.next_in_seconds <= 0 else f"in {duration.about(one.next_in_seconds)}"
    last = f"{_outcome(one.last)}, {_ago(one.last_age_seconds)}" if one.last else "never"
    return one.state, one.name, one.node, last, soon, one.times


def _outcome(record: dict[str, object]) -> str:
    """How a job ended, in a few words."""
    code = record.get("exit", 0)
    if code == 0:
        seconds = record.get("seconds")
        return f"good in {duration.about(seconds)}" if isinstance(seconds, int | float) else "good"
    return {-9: "was killed", 75: "was busy"}.get(code if isinstance(code, int) else 0, f"failed with {code}")


def _recovery(one: Recovery) -> str:
    more = "" if one.known else " (not every node could say)"
    if one.last is None:
        return f"never{more}" if one.known else "not known: not every node could say"
    kind = f"{one.last['kind']}, " if one.last.get("kind") else ""
    return (
        f"{kind}{_outcome(one.last)}, {_ago(one.last_age_seconds)} on {one.node}{_measured(one)}{_earlier(one)}{more}"
    )


def _measured(one: Recovery) -> str:
    """What a drill measured."""
    pairs = [(word, (one.last or {}).get(word.lower())) for word in ("RTO", "RPO")]
    return "".join(f", {word} {duration.about(value)}" for word, value in pairs if isinstance(value, int | float))


def _earlier(one: Recovery) -> str:
    """The last one that went well, where that is another."""
    if one.good == one.last:
        return ""
    return f"; the last good one {_ago(one.good_age_seconds)} on {one.good_node}" if one.good else "; none went well"


def _age(seconds: float | None, otherwise: str = "not known") -> str:
    return otherwise if seconds is None else duration.about(seconds)


def _ago(seconds: float | None) -> str:
    return "never" if seconds is None else f"{duration.about(seconds)} ago"
