"""One cluster before it is judged: what is declared of it, and what each of its nodes answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..environment import Cluster
from .answer import Answer
from .document import Document
from .standing import BLANK, UNANSWERED, UNASKED


@dataclass(frozen=True)
class View:
    """`answers`: of the nodes that were asked, by name."""

    name: str
    cluster: Cluster
    answers: Mapping[str, Answer]

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents by node, the primary's first: where several nodes judge the same, its words count."""
        found = {
            node: self.answers[node].document for node in self.cluster.nodes if node in self.answers and self.now(node)
        }
        there = [(node, one) for node, one in found.items() if one]
        return dict(sorted(there, key=lambda pair: pair[1].duty != "primary"))

    @property
    def primaries(self) -> tuple[str, ...]:
        """The nodes that are primary now."""
        return tuple(node for node, one in self.documents.items() if one.duty == "primary")

    @property
    def complete(self) -> bool:
        """Whether every node was asked: only then is what nobody has seen not there."""
        return set(self.cluster.nodes) <= set(self.answers)

    def now(self, node: str) -> str:
        """What the node is at the moment."""
        answer = self.answers.get(node)
        if answer is None:
            return UNASKED
        if answer.unreached:
            return UNANSWERED
        if answer.document is None:
            return BLANK if self.expects(node) else self.cluster.nodes[node].duty
        return answer.document.duty

    def expects(self, node: str) -> bool:
        """Whether a deploy installs a steward there."""
        return self.cluster.nodes[node].duty != "repository" or self.cluster.backups is not None

    def clock(self, node: str) -> int:
        """The node's own time at the look."""
        return self.answers[node].clock
