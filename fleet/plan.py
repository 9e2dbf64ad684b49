"""What stands between what is wanted and what was seen: changes with their cost, and refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .layout import Layout
from .problem import Problem
from .server import Server
from .setting import values
from .tuning.catalogue import needs_restart

Cost = Literal["nothing", "reload", "restart"]


@dataclass(frozen=True)
class Change:
    """One difference between wanted and seen, and what it costs."""

    what: str
    cost: Cost

    def __str__(self) -> str:
        return f"{self.what} ({self.cost})"


def setting_changes(before: str, after: str, version: int) -> Iterator[Change]:
    """What differs between two texts of our settings file; nothing costs anything on a server that is yet to start."""
    old, new = values(before), values(after)
    if not old:
        yield Change(f"settings: {len(new)} are written", "nothing")
        return
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            what = f"{name}: {old.get(name, 'unset')} → {new.get(name, 'unset')}"
            yield Change(what, "restart" if needs_restart(name, version) else "reload")


def primary_refused(where: str, layout: Layout, seen: Server) -> Problem | None:
    """Why the declared primary may not be touched, if so."""
    if seen.fenced:
        return Problem(
            where,
            f"is declared primary, but may not start: {seen.fenced}",
            "make the environment file say which node is primary now (`make status` names it); if none is, "
            "backup/runbooks/primary-lost.md says how this one may start again: it was a mistake",
        )
    if seen.recovery or seen.standby:
        return Problem(
            where,
            "is declared primary, but its server is a standby",
            "if another node was promoted, declare that one primary; if this one was to be, promote it first",
        )
    if seen.contents and not seen.configured:
        return Problem(
            where,
            f"{layout.data} is not empty and no cluster of pgsteward's: {seen.contents}",
            "nothing is removed by a deploy; declare another data_directory, or move what is there away",
        )
    if seen.configured and not seen.contents:
        return Problem(
            where,
            f"the cluster is configured, but {layout.data} is empty",
            "is its disk mounted? to begin anew with an empty cluster, remove /etc/postgresql/"
            f"{layout.version}/{layout.cluster} by hand",
        )
    return _other_version(where, layout, seen)


def standby_refused(where: str, layout: Layout, seen: Server, primary: Server) -> Problem | None:
    """Why the declared standby may not be touched, if so."""
    if seen.copying or not seen.contents:
        return None
    if seen.fenced and not seen.standby:
        return _rebuild_refused(where, layout, seen, primary)
    if seen.recovery is False or (seen.data_version and not seen.standby):
        return Problem(
            where,
            f"is declared standby, but {layout.data} holds a server that is not one: {seen.contents}",
            "nothing is removed by a deploy; if it was promoted, declare it primary; else move its data directory away",
        )
    if not seen.standby:
        return Problem(
            where,
            f"{layout.data} is not empty and holds no standby: {seen.contents}",
            "nothing is removed by a deploy; declare another data_directory, or move what is there away",
        )
    if primary.system and seen.system and primary.system != seen.system:
        return Problem(
            where,
            f"holds a copy of another cluster (system identifier {seen.system}, its primary's is {primary.system})",
            "nothing is removed by a deploy; move its data directory away, and the next deploy copies the primary",
        )
    return _other_version(where, layout, seen)


def _rebuild_refused(where: str, layout: Layout, seen: Server, primary: Server) -> Problem | None:
    """A server that was fenced gives up what only it has, so another has to have gone on from where it was."""
    if primary.recovery is False and primary.system == seen.system and primary.timeline > seen.timeline:
        return None
    return Problem(
        where,
        f"may not start ({seen.fenced}), and its declared primary has not gone on from what it holds",
        f"is the right node declared primary? nothing of {layout.data} is given up before that one is one",
    )


def _other_version(where: str, layout: Layout, seen: Server) -> Problem | None:
    if not seen.data_version or seen.data_version == str(layout.version):
        return None
    return Problem(
        where,
        f"{layout.data} is of PostgreSQL {seen.data_version}, declared is {layout.version}",
        "a deploy does not upgrade; declare the version that is there",
    )
