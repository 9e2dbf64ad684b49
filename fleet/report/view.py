"""The whole page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import moment
from ..drill import Report
from ..environment import Cluster
from ..status import Answer, Finding, Status, standing
from ..status.document import Document
from .bars import KNOWN, Bar, bars
from .promises import Promise, promises
from .timeline import Timeline, timeline
from .topology import Topology, topology
from .trend import Trend, trends


@dataclass(frozen=True)
class Part:
    """One cluster."""

    name: str
    postgresql: int
    state: str
    promises: tuple[Promise, ...]
    trends: tuple[Trend, ...]
    topology: Topology
    timeline: Timeline | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Page:
    """The environment. `phases`: names of the phases that have a colour, in their order."""

    environment: str
    at: str
    state: str
    looked: int
    asked: int
    findings: tuple[Finding, ...]
    clusters: tuple[Part, ...]
    phases: tuple[str, ...] = KNOWN


def page(
    status: Status, clusters: Mapping[str, Cluster], answers: Mapping[str, Answer], reports: Iterable[Report]
) -> Page:
    """The page of what was seen; of reports that lie in several places one is shown."""
    found = sorted({(one.cluster, one.kind, one.begin): one for one in reports}.values(), key=lambda one: one.begin)
    documents = {node: answer.document for node, answer in answers.items() if answer.document}
    return Page(
        environment=status.inventory.rpartition("/")[2],
        at=moment.show(status.at),
        state=status.state,
        looked=status.looked,
        asked=status.asked,
        findings=tuple(status.findings),
        clusters=tuple(
            part(one, clusters[one.name], documents, [other for other in found if other.cluster == one.name], status.at)
            for one in status.clusters
        ),
    )


def part(
    one: standing.Cluster,
    declared: Cluster,
    documents: Mapping[str, Document],
    reports: Sequence[Report],
    now: int,
) -> Part:
    return Part(
        name=one.name,
        postgresql=one.postgresql,
        state=one.state,
        promises=tuple(promises(declared, reports, now)),
        trends=tuple(trends(reports)),
        topology=topology(one),
        timeline=timeline(one.repositories, documents, now),
        bars=tuple(bars(reports)),
    )
