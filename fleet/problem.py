"""A refusal: where, what is wrong, and what to do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Problem:
    """`where` is a path such as `clusters.main.nodes.pg1.duty`; `what` is lower case; `hint` says what to do.

    `line` is where the path stands in its file, counted from 1; 0 where that is not known.
    """

    where: str
    what: str
    hint: str
    line: int = 0

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return f"{self.where}{line}: {self.what}\n    HINT: {self.hint}"


class Refused(Exception):
    """Everything that is wrong with the input, at once."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{self.source}: {count} problem{'s' if count > 1 else ''}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


def path(*parts: str | int) -> str:
    """The path of a place in a document: `clusters.main.access[0].from`; parts that need it are quoted."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if PLAIN.fullmatch(part) else f'."{re.sub(CONTROL, "·", part)}"'
    return text.removeprefix(".")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be; None where none is near."""
    candidates = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return candidates[found[0]] if found else None
