"""A migration as its files say it; and, for one that is about to run, what its script asks for."""

from dataclasses import dataclass

from fleet.problem import Problem, Refused

from .checksum import checksum
from .directives import Directives, directives
from .filename import Name, Way
from .kinds import copies_from_client, first_control, new_index
from .statements import Statement, statements


@dataclass(frozen=True)
class File:
    """`name` is the file's own, without its folder; `content` its bytes, valid UTF-8 without a NUL."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class Migration:
    """`checksum` is of the file that goes up: 48 bytes, as in sqlx's ledger."""

    version: int
    description: str
    up: File
    down: File | None
    checksum: bytes

    @property
    def label(self) -> str:
        return f"{self.version} {self.description}".rstrip()


@dataclass(frozen=True)
class Script:
    """A file about to run: its directives, and its statements in order."""

    file: File
    directives: Directives
    statements: tuple[Statement, ...]


def assemble(files: list[tuple[Name, File]], source: str) -> list[Migration]:
    """The migrations of a folder in the order of their versions; raises Refused with all that is wrong."""
    problems = list[Problem]()
    ups: dict[int, tuple[Name, File]] = {}
    downs: dict[int, tuple[Name, File]] = {}
    for name, file in sorted(files, key=lambda one: (one[0].version, one[1].name)):
        kept = downs if name.way is Way.DOWN else ups
        if name.version in kept:
            problems.append(_duplicate(name, file, kept[name.version][1]))
        kept.setdefault(name.version, (name, file))
    problems += [_unmatched(*downs[version], ups.get(version)) for version in downs if not _fits(ups.get(version))]
    if problems:
        raise Refused(source, problems)
    return [
        Migration(
            version, name.description, file, downs[version][1] if version in downs else None, checksum(file.content)
        )
        for version, (name, file) in sorted(ups.items())
    ]


def _fits(up: tuple[Name, File] | None) -> bool:
    return up is not None and up[0].way is Way.UP


def _duplicate(name: Name, file: File, other: File) -> Problem:
    return Problem(file.name, f"version {name.version} is also {other.name}", "give one of them a version of its own")


def _unmatched(name: Name, file: File, up: tuple[Name, File] | None) -> Problem:
    if up is None:
        return Problem(file.name, "this down has no up", f"add {name.version}_….up.sql, or remove the file")
    hint = f"rename it to end in {Way.UP.value}, or remove the down"
    return Problem(file.name, f"this down belongs to {up[1].name}, which says that it cannot be reverted", hint)


def scripts(files: list[File], source: str) -> list[Script]:
    """The files, read as what is about to run; raises Refused with all that is wrong with them."""
    read = [_script(file) for file in files]
    problems = [problem for _, found in read for problem in found]
    if problems:
        raise Refused(source, problems)
    return [script for script, _ in read]


def _script(file: File) -> tuple[Script, list[Problem]]:
    asked, problems = directives(file.text, file.name)
    script = Script(file, asked, tuple(statements(file.text)))
    return script, problems + _unfit(script)


def _unfit(script: Script) -> list[Problem]:
    found = list[Problem]()
    if script.file.content.startswith(b"\xef\xbb\xbf"):
        hint = "save the file as UTF-8 without it"
        found.append(
            Problem(script.file.name, "it begins with a byte order mark, which PostgreSQL takes for SQL", hint)
        )
    control = first_control(script.statements)
    if control is not None:
        what = f"{control.words[0].upper()} would end or split the transaction that the ledger's row is in"
        hint = "remove it: a migration is one transaction, or begins with `-- no-transaction`"
        found.append(Problem(script.file.name, what, hint, control.line))
    for one in script.statements:
        if copies_from_client(one):
            hint = "write INSERT … VALUES, or load data with a program of its own"
            found.append(
                Problem(script.file.name, "COPY would wait for a client's data, and there is none", hint, one.line)
            )
        made = new_index(one)
        if made is not None and not made.name:
            hint = "name it: CREATE INDEX CONCURRENTLY <name> ON …; after a failure its remains are known by that name"
            found.append(Problem(script.file.name, "an index without a name is made concurrently", hint, one.line))
    return found
