"""What came of restoring a dump for the sake of proof: `verified.json`, beside its manifest."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .manifest import by_name, duration, many, moment, text

FILE = "verified.json"


@dataclass(frozen=True)
class Verified:
    """`at`: when, in seconds of the epoch; `seconds` by phase; `problems`: what is wrong, a sentence each."""

    at: int
    sound: bool
    seconds: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return json.dumps(self.document())


def parse(written: "str | bytes") -> Verified | None:
    """The finding in the text; None for what is none, since a finding that cannot be read proves nothing."""
    try:
        seen = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(seen, dict) or not isinstance(seen.get("sound"), bool) or not moment(seen.get("at")):
        return None
    if not by_name(duration)(seen.get("seconds", {})) or not many(text)(seen.get("problems", [])):
        return None
    return Verified(seen["at"], seen["sound"], seen.get("seconds", {}), tuple(seen.get("problems", [])))
