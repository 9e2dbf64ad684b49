"""The documents of all nodes as one account of the environment."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from ..environment import Cluster
from ..slot import slot
from . import standing
from .answer import Answer
from .document import Document, Job, Json, Repository
from .dumps import dumps
from .finding import GOOD, STATES, UNSEEN, Finding, worst
from .judged import judged
from .standing import BLANK, UNANSWERED, UNASKED, Status
from .view import View

KINDS = ("full", "diff", "incr")
Part = TypeVar("Part", standing.Cluster, standing.Node, standing.Repository, standing.Dumps, standing.Job)


def merged(inventory: str, clusters: Mapping[str, Cluster], answers: Mapping[str, Answer], now: int) -> Status:
    """How the environment stands; `answers` by node, of those that were asked. Clusters without any are left out."""
    views = [view for name, one in clusters.items() if (view := _view(name, one, answers)).answers]
    findings = {view.name: judged(view) for view in views}
    every = [one for view in views for one in findings[view.name]]
    looked = sum(not one.unreached for one in answers.values())
    return Status(
        inventory=inventory,
        at=now,
        state=worst(every) if looked else UNSEEN,
        asked=len(answers),
        looked=looked,
        findings=sorted(every, key=lambda one: STATES.index(one.state), reverse=True),
        clusters=_worst_first(_cluster(view, findings[view.name]) for view in views),
    )


def _view(name: str, cluster: Cluster, answers: Mapping[str, Answer]) -> View:
    return View(name, cluster, {node: answers[node] for node in cluster.nodes if node in answers})


def _worst_first(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda one: STATES.index(one.state) if one.state in STATES else 0, reverse=True)


def _cluster(view: View, findings: list[Finding]) -> standing.Cluster:
    declared = view.cluster.backups.repositories if view.cluster.backups else {}
    return standing.Cluster(
        name=view.name,
        postgresql=view.cluster.postgresql,
        state=worst(findings),
        primaries=[_primary(node, view.documents[node]) for node in view.primaries],
        nodes=_worst_first(_node(view, node, findings) for node in view.cluster.nodes),
        repositories=_worst_first(_repository(view, name, findings) for name in declared),
        dumps=_worst_first(dumps(view, findings)),
        jobs=_worst_first(sorted(_jobs(view, findings), key=lambda one: one.next)),
        restore=_recovery(view, "restore"),
        drill=_recovery(view, "drill"),
    )


def _primary(node: str, one: Document) -> standing.Primary:
    seen = one.server
    return standing.Primary(node, seen.timeline, seen.lsn, seen.heartbeat_age_seconds, seen.wal_waiting_bytes)


def _node(view: View, name: str, findings: list[Finding]) -> standing.Node:
    declared, answer = view.cluster.nodes[name], view.answers.get(name)
    lags = [view.documents[node].server.standbys.get(slot(name)) for node in view.primaries]
    lag = next((one for one in lags if one), None)
    kept = answer.kept if answer else None
    return standing.Node(
        name=name,
        duty=declared.duty,
        now=view.now(name),
        state=worst(_of_node(name, findings)) if answer else UNASKED,
        replication=lag.state if lag else None,
        sync=lag.sync if lag else None,
        replay_bytes=lag.bytes if lag else None,
        replay_seconds=lag.seconds if lag else None,
        delay=declared.delay,
        check_age_seconds=answer.clock - kept if answer and kept is not None else None,
    )


def _of_node(name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is wrong with the node itself: not with a repository that it looked into, nor with a standby of it."""
    for one in findings:
        subject, _, rest = one.where.partition(" ")
        if subject == "standby":
            if rest == slot(name):
                yield one
        elif subject != "repository" and name in one.nodes:
            yield one


def _repository(view: View, name: str, findings: list[Finding]) -> standing.Repository:
    where = f"repository {name}"
    found = [(node, one.repositories[name]) for node, one in view.documents.items() if name in one.repositories]
    state = worst(one for one in findings if one.about(where))
    if not found:
        unseen = UNSEEN if state == GOOD else state
        return standing.Repository(name, unseen, None, None, "", {}, 0, None, None, None, 0, [], None, None)
    node, seen = found[0]
    clock = view.clock(node)
    sound = [one.end for one in seen.backups if one.restorable]
    oldest = min(sound, default=None)
    verified = max((one.verified_at for _, one in found if one.verified_at), default=None)
    return standing.Repository(
        name=name,
        state=state,
        seen_by=node,
        archive_age_seconds=seen.archive_age_seconds,
        newest_wal=seen.newest_wal,
        backups={kind: sum(one.kind == kind for one in seen.backups) for kind in KINDS},
        restorable=len(sound),
        newest=_newest(seen, clock),
        oldest_restorable=oldest,
        oldest_restorable_age_seconds=_age(clock, oldest),
        stored=sum(one.stored for one in seen.backups),
        holes=list(seen.holes),
        verified_at=verified,
        verified_age_seconds=_age(clock, verified),
    )


def _newest(seen: Repository, clock: int) -> standing.Newest | None:
    one = max(seen.backups, key=lambda backup: backup.end, default=None)
    return standing.Newest(one.label, one.kind, one.end, clock - one.end) if one else None


def _jobs(view: View, findings: list[Finding]) -> Iterator[standing.Job]:
    """The jobs of each node that has them at the moment: those of repositories are for the primary of the moment."""
    for node, document in view.documents.items():
        for job in document.jobs:
            if document.acts or not job.repository:
                yield _job(view, node, job, findings)


def _job(view: View, node: str, job: Job, findings: list[Finding]) -> standing.Job:
    clock, last = view.clock(node), job.last
    if job.repository:  # another server may have done it, when that was primary
        last = max(_lasts(view, job.name), key=lambda one: int(one["begin"]), default=None)
    own = [one for one in findings if one.where == f"job {job.name}"]
    wrong = worst(one for one in own if job.repository or node in one.nodes)  # a standby may have had to do it
    return standing.Job(
        name=job.name,
        node=node,
        state=wrong if wrong != GOOD or last else "",
        times=job.times,
        next=job.next,
        next_in_seconds=job.next - clock,
        last=dict(last) if last else None,
        last_age_seconds=_age(clock, last["begin"] if last else None),
    )


def _lasts(view: View, name: str) -> Iterator[Json]:
    """The last record of a job on each node that has it."""
    for document in view.documents.values():
        yield from (job.last for job in document.jobs if job.name == name and job.last)


def _recovery(view: View, verb: str) -> standing.Recovery:
    """The last restore or drill anywhere in the cluster, and the last one that went well."""
    known = all(one.recoveries is not None for one in view.documents.values()) and _all_answered(view)
    every = ((node, one) for node, document in view.documents.items() for one in document.recoveries or ())
    records = sorted((pair for pair in every if pair[1]["job"] == verb), key=lambda pair: int(pair[1]["begin"]))
    good = [pair for pair in records if pair[1]["exit"] == 0]
    if not records:
        return standing.Recovery(known)
    (node, last), (good_node, fine) = records[-1], good[-1] if good else ("", {})
    return standing.Recovery(
        known=known,
        node=node,
        last=dict(last),
        last_age_seconds=_age(view.clock(node), last["begin"]),
        good_node=good_node or None,
        good=dict(fine) or None,
        good_age_seconds=_age(view.clock(good_node), fine["begin"]) if good_node else None,
    )


def _all_answered(view: View) -> bool:
    return not any(view.now(node) in (UNASKED, UNANSWERED, BLANK) for node in view.cluster.nodes)


def _age(clock: int, moment: int | None) -> int | None:
    return None if moment is None else clock - moment
