"""What came back from one node, or why nothing did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from .document import Document, document

OUT_OF_TIME = (124, 137)
"""The exit codes of `timeout`: ended, killed."""


@dataclass(frozen=True)
class Answer:
    """`unreached`: why the node did not answer at all. `trouble`: why its steward did not look now; `document` is
    then what cron kept last, if anything. Moments are seconds of the node's clock."""

    unreached: str = ""
    clock: int = 0
    steward: bool = False
    told: int | None = None
    kept: int | None = None
    trouble: str = ""
    document: Document | None = None


def unreachable(reason: str) -> Answer:
    return Answer(unreached=reason)


def answer(said: Mapping[str, str]) -> Answer:
    """The answer in the lines of `templates/sh/status.sh`."""
    if not said.get("clock", "").isdecimal():
        return unreachable("it does not answer as a Linux host")
    kept = _read(said.get("kept", ""))
    now = _read(said.get("document", ""))
    told = said.get("told", "")
    return Answer(
        clock=int(said["clock"]),
        steward="steward" in said,
        told=int(told) if told.isdecimal() else None,
        kept=kept.at if isinstance(kept, Document) else None,
        trouble="" if isinstance(now, Document) else _trouble(said, now),
        document=next((one for one in (now, kept) if isinstance(one, Document)), None),
    )


def _read(text: str) -> Document | str:
    """The document in a text, or why it holds none."""
    try:
        return document(json.loads(text)) if text else ""
    except ValueError as error:
        return str(error)


def _trouble(said: Mapping[str, str], unreadable: str) -> str:
    code = said.get("code", "")
    if code in map(str, OUT_OF_TIME):
        return f"did not end within {said.get('patience', '?')} s"
    return unreadable or said.get("said", "").strip() or f"ended with exit code {code or '?'}"
