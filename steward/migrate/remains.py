"""What is left where a statement failed after it had committed a part: found in the catalog, told with its remedy."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row, tuple_row

from fleet.problem import Problem

from .texts import text

_CCNEW = re.compile(r'_ccnew\d*"?$')
_CCOLD = re.compile(r'_ccold\d*"?$')


@dataclass(frozen=True)
class Left:
    """An invalid index of the table `of`, or a partition of `of` that is half detached. Names have their schema."""

    oid: int
    kind: str
    name: str
    of: str

    def problem(self) -> Problem:
        if self.kind == "partition":
            hint = f"when nobody stands in the way: ALTER TABLE {self.of} DETACH PARTITION {self.name} FINALIZE"
            return Problem(f"partition {self.name}", f"it is left half detached from {self.of}", hint)
        what = "it is left invalid: no query uses it, and each write may have to keep it up"
        if _CCNEW.search(self.name):
            what = "a REINDEX left it unfinished, and the index that it was to replace serves on"
        elif _CCOLD.search(self.name):
            what = "a REINDEX has replaced it, and did not come to dropping it"
        return Problem(f"index {self.name}", what, f"DROP INDEX CONCURRENTLY {self.name}")


def remains(connection: psycopg.Connection[Any], before: Collection[int] = ()) -> list[Left]:
    """What is there now; `before` are the OIDs of what was there before the statement began."""
    rows = connection.cursor(row_factory=dict_row).execute(text("remains")).fetchall()
    return [Left(**row) for row in rows if row["oid"] not in before]


def transactions(connection: psycopg.Connection[Any]) -> int:
    """A count of the session's transactions; asking is one, too."""
    row = connection.cursor(row_factory=tuple_row).execute(text("transactions"), prepare=False).fetchone()
    return int(row[0]) if row else 0


ONE_BETWEEN = 2
"""By how much the count has grown when exactly one transaction ran between two questions."""
