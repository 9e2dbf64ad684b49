"""Everything about a cluster that does not hold: what its nodes say, once each, and what only the whole can tell."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ..duration import about
from ..slot import slot
from .answer import Answer
from .document import Check
from .finding import BROKEN, LATE, Finding
from .standing import BLANK, UNANSWERED, UNASKED
from .view import View

ASLEEP = 15 * 60
"""Seconds after which cron, which looks every 5 minutes, is not believed to run."""
HOURS = re.compile(r"\b\d+ h\b")


def judged(view: View) -> list[Finding]:
    """The findings, in no order."""
    return [*_nodes(view), *_primary(view), *_repositories(view), *_checks(view)]


def _nodes(view: View) -> Iterator[Finding]:
    for node, answer in view.answers.items():
        for check in (*_reach(view, node, answer), *_cron(view, node, answer)):
            yield Finding(view.name, check.where, check.what, check.hint, check.state, (node,))


def _reach(view: View, node: str, answer: Answer) -> Iterator[Check]:
    """Whether the node and its steward answer."""
    where = f"node {node}"
    if answer.unreached:
        address = view.cluster.nodes[node].address
        hint = f"is it up, and does SSH to {address} work from here as the environment says?"
        yield Check(where, f"did not answer: {answer.unreached}", hint, BROKEN)
    elif not answer.steward:
        if view.expects(node):
            yield Check(where, "has no steward yet", "make deploy installs it", BROKEN)
    elif answer.told is None:
        yield Check(where, f"its steward was not told of {view.name}", "make deploy tells it", BROKEN)
    elif answer.trouble:
        kept = f"; shown is what it saw {about(answer.clock - answer.document.at)} ago" if answer.document else ""
        hint = f"try it there: steward status {view.name}"
        yield Check(where, f"its steward could not look: {answer.trouble}{kept}", hint, BROKEN)


def _cron(view: View, node: str, answer: Answer) -> Iterator[Check]:
    """Whether cron has the node look at itself."""
    if answer.told is None:
        return
    silence = answer.clock - (answer.told if answer.kept is None else answer.kept)
    if silence > ASLEEP:
        since = "never looked, though deployed" if answer.kept is None else "last looked"
        hint = f"does cron run? systemctl status cron; /etc/cron.d/pgsteward-{view.name} has to be there"
        yield Check(f"cron on {node}", f"{since} {about(silence)} ago", hint, LATE)


def _primary(view: View) -> Iterator[Finding]:
    """Whether there is one primary, and it is the declared one."""
    declared = view.cluster.primary[0]
    found = view.primaries
    if len(found) > 1:
        timelines = (f"{node} on timeline {view.documents[node].server.timeline}" for node in found)
        what = f"two primaries at once: {', '.join(timelines)}" if len(found) == 2 else f"primaries: {', '.join(found)}"
        hint = "each takes writes that the other lacks: stop the one that clients do not use, keep its data, rebuild it"
        yield _of_cluster(view, what, hint, *found)
    elif found and found[0] != declared:
        what = f"{found[0]} is its primary now; {declared}, the declared one, {_called(view, declared)}"
        hint = "if that is to stay, exchange their duties in the environment before the next deploy"
        yield _of_cluster(view, what, hint, found[0], declared)
    elif not found and set(view.cluster.servers) <= set(view.answers):
        states = ", ".join(f"{node} {_called(view, node)}" for node in view.cluster.servers)
        yield _of_cluster(view, f"no primary is seen: {states}", _without_primary(view), *view.cluster.servers)


def _without_primary(view: View) -> str:
    """What to do where no primary is seen: one that cannot be reached from here may be one all the same."""
    hidden = [node for node in view.cluster.servers if view.now(node) == UNANSWERED]
    if hidden:
        return f"{' or '.join(hidden)} may be it, and serve clients: reach it before anything is promoted"
    return f"nothing can be written: bring {view.cluster.primary[0]} back, or promote the standby that is furthest"


def _called(view: View, node: str) -> str:
    """What the node is now, in a sentence."""
    now = view.now(node)
    words = {UNANSWERED: "did not answer", BLANK: "has no steward", UNASKED: "was not asked", "standby": "is a standby"}
    return words.get(now, f"is {now}")


def _of_cluster(view: View, what: str, hint: str, *nodes: str) -> Finding:
    return Finding(view.name, "the cluster", what, hint, BROKEN, nodes)


def _repositories(view: View) -> Iterator[Finding]:
    """Declared repositories that no node could look into."""
    declared = view.cluster.backups.repositories if view.cluster.backups else {}
    if not view.complete or not view.documents:
        return
    for name in declared:
        where = f"repository {name}"
        judged = any(check.where == where for one in view.documents.values() for check in one.checks)
        if not judged and not any(name in one.repositories for one in view.documents.values()):
            hint = "its own host or the primary has to look: mend them first"
            yield Finding(view.name, where, "no node could look into it", hint, BROKEN)


def _checks(view: View) -> Iterator[Finding]:
    """What the nodes say, each once, in the words of the primary where it is one of them."""
    found: dict[tuple[str, str], Finding] = {}
    for node, document in view.documents.items():
        for check in document.checks:
            where = f"standby {slot(node)}" if check.where == "standby" else check.where
            said = Finding(view.name, where, check.what, check.hint, check.state, (node,))
            known = found.setdefault((where, _gist(check.what)), said)
            if node not in known.nodes:
                found[where, _gist(check.what)] = replace(known, nodes=(*known.nodes, node))
    yield from found.values()


def _gist(what: str) -> str:
    """A sentence without what two nodes may say differently of the same: ages in hours, `its` and `a` primary."""
    return HOURS.sub("h", what).replace("from its primary", "from a primary")
