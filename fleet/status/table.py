"""Text for people: aligned columns, plain ASCII, colours where the reader has them."""

import textwrap
from collections.abc import Iterator, Sequence

from .finding import BROKEN, GOOD, LATE, NOTE, UNSEEN

WIDTH = 120
PAINTS = {GOOD: "32", NOTE: "36", LATE: "33", BROKEN: "1;31", UNSEEN: "1;31"}
PLAIN = {"…": "...", "×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "→": "->"}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with columns as wide as their widest cell; a column without any content is left out."""
    kept = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    lines = [[heads[column] for column in kept], *([row[column] or "-" for column in kept] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(kept))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def rule(title: str) -> str:
    return f"--- {title} ".ljust(WIDTH, "-")


def wrapped(head: str, text: str, indent: int) -> Iterator[str]:
    """The text after `head`, its further lines indented."""
    yield from textwrap.wrap(
        f"{head}{text}",
        WIDTH,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def ascii_only(text: str) -> str:
    """The text in printable ASCII: what has a likeness there as that, the rest as `?`."""
    for sign, likeness in PLAIN.items():
        text = text.replace(sign, likeness)
    return "".join(sign if " " <= sign <= "~" else "?" for sign in text)


def painted(line: str) -> str:
    """The line with the state that it begins with in its colour."""
    state, space, rest = line.partition(" ")
    return f"\033[{PAINTS[state]}m{state}\033[0m{space}{rest}" if state in PAINTS else line
