"""The tables whose owner alone can restore an entry: parents of a table or a partition, the table of statistics, the
tables of a publication. ALTER TABLE OWNER reaches neither partitions nor statistics: the two may be of two roles.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fleet.sql import plain_name

from ..cluster import Described
from ..migrate.statements import statements
from .owners import Owners
from .store import Dump
from .toc import Entry, scripts

TABLES = ("FOREIGN TABLE", "MATERIALIZED VIEW", "TABLE", "VIEW")
ATTACH = "TABLE ATTACH"
MARKS = {
    "TABLE": ("create", "inherits"),
    "FOREIGN TABLE": ("create", "inherits"),
    ATTACH: ("alter", "only"),
    "STATISTICS": ("create", "from"),
    "PUBLICATION TABLE": ("alter", "only"),
}
"""The first word of the statement and the one before the table's name, by the kinds of entries that need its owner."""
OF_TYPES = ("CAST", "TRANSFORM")
"""Kinds that need the owner of a type, and say nobody's name. They run nothing."""


def other_owners(told: Described, dump: Dump, found: Sequence[Entry], mine: Owners) -> dict[str, tuple[str, ...]]:
    """The roles whose rights an entry needs besides those of the role that it is restored as, where there are any; by
    the entry's number."""
    if not mine.others:
        return {}
    whose = defaultdict(set)
    for one in found:
        if kind(one) in TABLES:
            whose[mine.what(one).removeprefix(f"{kind(one)} ")].add(mine.acting(one))
    texts = scripts(told, dump.data, [one for one in found if kind(one) in MARKS])
    needed = {}
    for one in found:
        named = tables(kind(one), texts[one.number]) if one.number in texts else ()
        roles = {*mine.all} if one.of(*OF_TYPES) else {role for name in named for role in whose[name]}
        if rest := roles - {mine.acting(one)}:
            needed[one.number] = tuple(sorted(rest))
    return needed


def kind(one: Entry) -> str:
    """Of the kinds that matter here, an entry's own; empty for others. Rows are in no catalog, nor is an attachment:
    else the rows of a table would look like a table in a schema DATA."""
    if not one.catalog:
        return ATTACH if one.of(ATTACH) else ""
    return next((name for name in {**dict.fromkeys(TABLES), **MARKS} if one.of(name) and name != ATTACH), "")


def tables(kind: str, text: str) -> Iterator[str]:
    """The tables whose owner an entry of this kind needs, by its statements: schema and name, as `Owners.what` has
    them."""
    first, mark = MARKS[kind]
    for one in statements(text):
        if one.words[0] == first:
            yield from names(after(mark, one.words))


def after(mark: str, words: Sequence[str]) -> Sequence[str]:
    """What follows the last such word that stands outside of parentheses; nothing where there is none."""
    depth, at = 0, len(words)
    for number, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == mark and not depth:
            at = number + 1
    return words[at:]


def names(words: Sequence[str]) -> Iterator[str]:
    """The qualified names in a list, which may stand in parentheses."""
    rest = [*words, "", "", ""]
    at = 1 if rest[0] == "(" else 0
    while rest[at + 1] == ".":
        yield " ".join(plain_name(word).replace("\n", " ").replace("\r", " ") for word in (rest[at], rest[at + 2]))
        if rest[at + 3] != ",":
            return
        at += 4
