"""A claim about a running system that does not hold, and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

NOTE, LATE, BROKEN = "note", "late", "broken"
STATES = ("good", NOTE, LATE, BROKEN)


@dataclass(frozen=True)
class Check:
    """`where` names what it is about (`repository near`), `what` is lower case, `hint` says what to do.

    `state`: `note` is to be known and passes by itself, `late` may still come right, `broken` will not.
    """

    where: str
    what: str
    hint: str
    state: str = BROKEN

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n    HINT: {self.hint}"

    def document(self) -> dict[str, Any]:
        return asdict(self)


def worst(checks: Iterable[Check]) -> str:
    """The worst state of all; `good` for none."""
    return max((one.state for one in checks), key=STATES.index, default="good")
