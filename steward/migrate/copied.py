"""What a deploy read of a database's ledger, as templates/sql/ledger.sql tells it, and what of it counts. Pure.

It is told in parts, each with a line that says what follows, and rows as COPY writes them.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fleet.problem import Problem, Refused

from .applied import Applied
from .remembered import Happening, lost

_ESCAPE = re.compile(r"\\(.)")
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass
class Copied:
    """`path` are the schemas of the owner's search_path, `odd` those whose ledger is no plain table of sqlx's."""

    path: list[str] = field(default_factory=list)
    ledgers: dict[str, list[Applied]] = field(default_factory=dict)
    odd: set[str] = field(default_factory=set)
    history: list[Happening] = field(default_factory=list)
    place: str | None = None

    @property
    def chosen(self) -> str | None:
        """The schema of the ledger that the runner takes: where it was remembered, or where the path finds one."""
        there = self.ledgers.keys() | self.odd
        return self.place if self.place in there else next((one for one in self.path if one in there), None)


def applied(told: Copied, where: str) -> list[Applied]:
    """The ledger's rows by version. Raises Refused where it cannot be read, or lacks some."""
    schema = told.chosen
    if schema in told.odd:
        what = f"{schema}._sqlx_migrations is not a plain table with sqlx's columns"
        hint = "a deploy reads no view and no column that its owner computes; make it what sqlx makes"
        raise Refused(where, [Problem("_sqlx_migrations", what, hint)])
    rows = told.ledgers.get(schema, []) if schema is not None else []
    problem = lost(told.history, [row.version for row in rows], schema, sorted(told.ledgers))
    if problem is not None:
        raise Refused(where, [problem])
    return sorted(rows, key=lambda row: row.version)


def copied(lines: Iterable[str]) -> Copied:
    """What was told. Raises ValueError where it is nothing of ours."""
    found, part, schema = Copied(), "", ""
    history = list[tuple[int, Happening]]()
    for line in lines:
        word, _, rest = line.partition(" ")
        if part != "place" and word in ("path", "ledger", "odd", "history", "place"):
            part, said = word, json.loads(rest)
            if part == "path":
                found.path = said
            elif part == "odd":
                found.odd.add(said)
            elif part == "ledger":
                schema = said
                found.ledgers[schema] = []
        elif part == "ledger":
            found.ledgers[schema].append(_applied(_columns(line)))
        elif part == "history":
            history.append(_happening(_columns(line)))
        elif part == "place":
            found.place = _columns(line)[0]
        else:
            raise ValueError(f"this is nothing of a ledger: {line!r}")
    found.history = [one for _, one in sorted(history, key=lambda pair: pair[0])]
    return found


def _applied(columns: list[str]) -> Applied:
    version, description, success, checksum = columns
    return Applied(int(version), description, success == "t", bytes.fromhex(checksum.removeprefix("\\x")))


def _happening(columns: list[str]) -> tuple[int, Happening]:
    number, action, version, outcome, note = columns
    return int(number), Happening(action, int(version) if version else None, outcome, note)


def _columns(line: str) -> list[str]:
    """The columns of a row as COPY writes it; nothing for NULL."""
    return ["" if one == "\\N" else _ESCAPE.sub(_letter, one) for one in line.split("\t")]


def _letter(found: re.Match[str]) -> str:
    return _LETTERS.get(found[1], found[1])
