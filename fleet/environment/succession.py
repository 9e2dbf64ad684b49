"""What becomes of an environment's file when another node becomes the primary: the places to edit, and the result."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ..problem import path
from .document import Document
from .finding import Path, line_of

GONE = "-"


@dataclass(frozen=True)
class Edit:
    """One place of the file that has to say something else; `line` is counted from 1."""

    where: Path
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        after = "remove it" if self.after == GONE else f"write {self.after}"
        return f"line {self.line}: {path(*self.where)} is {self.before}: {after}"


def edits(document: Document, cluster: str, new: str) -> tuple[Edit, ...]:
    """What the file has to say instead, once the node `new` is the primary of `cluster`, and its primary a standby."""
    return tuple(
        Edit(where, line_of(where, document.lines), str(at(document.content, where)), after)
        for where, after in _places(document.content["clusters"][cluster], cluster, new)
    )


def _places(declared: dict[str, Any], cluster: str, new: str) -> Iterator[tuple[Path, str]]:
    old = next(name for name, node in declared["nodes"].items() if node["duty"] == "primary")
    if old == new:
        return
    nodes: Path = ("clusters", cluster, "nodes")
    yield (*nodes, old, "duty"), "standby"
    yield (*nodes, new, "duty"), "primary"
    if declared["nodes"][new].get("delay") is not None:
        yield (*nodes, new, "delay"), GONE
    for kind, drill in (declared.get("drills") or {}).items():
        if isinstance(drill, dict) and drill.get("node") == new and drill.get("on_primary") is not True:
            yield ("clusters", cluster, "drills", kind, "node"), old
    waited = ((declared.get("replication") or {}).get("synchronous") or {}).get("standbys")
    for index, name in enumerate(waited or ()):
        if name == new:
            yield ("clusters", cluster, "replication", "synchronous", "standbys", index), old


def edited(content: Any, wanted: tuple[Edit, ...]) -> Any:
    """The document with the edits made; the one given stays as it is."""
    found = deepcopy(content)
    for edit in wanted:
        around = at(found, edit.where[:-1])
        if edit.after == GONE:
            del around[edit.where[-1]]
        else:
            around[edit.where[-1]] = edit.after
    return found


def at(content: Any, where: Path) -> Any:
    """What stands at a place."""
    for key in where:
        content = content[key]
    return content
