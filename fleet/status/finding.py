"""What does not hold, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

GOOD, NOTE, LATE, BROKEN = "good", "note", "late", "broken"
STATES = (GOOD, NOTE, LATE, BROKEN)
"""The words of steward's checks, best first."""
UNSEEN = "unseen"
"""How an environment stands of which no host could be looked at."""


@dataclass(frozen=True)
class Finding:
    """`where` names what it is about (`repository near`), `what` is lower case, `hint` says what to do.

    `nodes`: those that say so, or that it is about; the first is the one whose words these are.
    """

    cluster: str
    where: str
    what: str
    hint: str
    state: str
    nodes: tuple[str, ...] = ()

    def about(self, subject: str) -> bool:
        """Whether it is about the subject or a part of it: `repository near`, `repository near, backup …`."""
        return self.where == subject or self.where.startswith(f"{subject},")


def worst(findings: Iterable[Finding]) -> str:
    """The worst state of all; `good` for none."""
    return max((one.state for one in findings), key=STATES.index, default=GOOD)
