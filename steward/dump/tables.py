"""The tables whose owners alone can restore an entry: parents of a table or a partition, the table of statistics, the
tables of a publication, the partitions that get a trigger or a key. ALTER TABLE OWNER reaches neither partitions nor
statistics: the two may be of two roles.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fleet.sql import plain_name

from ..cluster import Described
from ..migrate.statements import statements
from .owners import Owners
from .store import Dump
from .toc import Entry, scripts

Name = tuple[str, str]
"""Schema and name, as the entry's own statement has them: a table of contents does not tell where one ends."""

TABLES = ("FOREIGN TABLE", "MATERIALIZED VIEW", "TABLE")
ATTACH = "TABLE ATTACH"
MARKS = {
    "TABLE": ("create", "inherits"),
    "FOREIGN TABLE": ("create", "inherits"),
    ATTACH: ("alter", "only"),
    "STATISTICS": ("create", "from"),
    "PUBLICATION TABLE": ("alter", "only"),
    "TRIGGER": ("create", "on"),
    "FK CONSTRAINT": ("alter", "table"),
}
"""The first word of the statement and the one before the table's name, by the kinds of entries that need its owner."""
SPREAD = ("TRIGGER", "FK CONSTRAINT")
"""Kinds that reach a table's partitions, too."""
NOBODYS = ("CAST", "TRANSFORM", "BLOBS")
"""Kinds that say nobody's name, and need the owner of a type or of large objects. They run nothing."""
OPERATOR = "OPERATOR"
LINKS = {"commutator", "negator"}
"""Words by which an operator names another, whose owner has to agree. It runs nothing either."""


def other_owners(told: Described, dump: Dump, found: Sequence[Entry], mine: Owners) -> dict[str, tuple[str, ...]]:
    """The roles whose rights an entry needs besides those of the role that it is restored as, where there are any; by
    the entry's number."""
    if not mine.others:
        return {}
    texts = scripts(told, dump.data, [one for one in found if kind(one) in {*MARKS, *TABLES, OPERATOR}])
    whose: dict[Name, set[str]] = defaultdict(set)
    below: dict[Name, set[Name]] = defaultdict(set)
    for one in found:
        if kind(one) in TABLES:
            whose[defined(texts.get(one.number, ""))].add(mine.acting(one))
        if kind(one) == ATTACH:
            for parent, part in attached(texts.get(one.number, "")):
                below[parent].add(part)
    needed = {}
    for one in found:
        named = set(tables(kind(one), texts[one.number])) if kind(one) in MARKS and one.number in texts else set()
        reached = {part for name in named for part in parts(below, name)} if kind(one) in SPREAD else set()
        linked = kind(one) == OPERATOR and links(texts.get(one.number, ""))
        roles = (
            {*mine.all} if linked or one.of(*NOBODYS) else {role for name in named | reached for role in whose[name]}
        )
        if rest := roles - {mine.acting(one)}:
            needed[one.number] = tuple(sorted(rest))
    return needed


def kind(one: Entry) -> str:
    """Of the kinds that matter here, an entry's own; empty for others. Rows are in no catalog, nor is an attachment:
    else the rows of a table would look like a table in a schema DATA."""
    if not one.catalog:
        return ATTACH if one.of(ATTACH) else ""
    return next((name for name in (*TABLES, *MARKS, OPERATOR) if one.of(name) and name != ATTACH), "")


def links(text: str) -> bool:
    """Whether an operator's statements name another."""
    return any(not LINKS.isdisjoint(one.words) for one in statements(text))


def defined(text: str) -> Name:
    """The table that an entry's statements make."""
    for one in statements(text):
        at = next((at for at, word in enumerate(one.words[:4]) if word in ("table", "view")), 0)
        if one.words[0] == "create" and at:
            return next(names(one.words[at + 1 :]), ("", ""))
    return ("", "")


def attached(text: str) -> Iterator[tuple[Name, Name]]:
    """A partitioned table and a partition of it, by the statement that attaches it."""
    for one in statements(text):
        if one.words[:3] == ("alter", "table", "only") and "partition" in one.words:
            yield next(names(one.words[3:])), next(names(after("partition", one.words)))


def parts(below: Mapping[Name, set[Name]], top: Name) -> Iterator[Name]:
    """All partitions of a table, on all levels."""
    for one in below.get(top, ()):
        yield one
        yield from parts(below, one)


def tables(kind: str, text: str) -> Iterator[Name]:
    """The tables whose owner an entry of this kind needs, by its statements."""
    first, mark = MARKS[kind]
    for one in statements(text):
        if one.words[0] == first:
            yield from names(after(mark, one.words))


def after(mark: str, words: Sequence[str]) -> Sequence[str]:
    """What follows the last such word that stands outside of parentheses, and ONLY; nothing where there is none."""
    depth, at = 0, len(words)
    for number, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == mark and not depth:
            at = number + 1
    return words[at + 1 :] if words[at : at + 1] == ("only",) else words[at:]


def names(words: Sequence[str]) -> Iterator[Name]:
    """The qualified names in a list, which may stand in parentheses."""
    rest = [*words, "", "", ""]
    at = 1 if rest[0] == "(" else 0
    while rest[at + 1] == ".":
        yield plain_name(rest[at]), plain_name(rest[at + 2])
        if rest[at + 3] != ",":
            return
        at += 4
