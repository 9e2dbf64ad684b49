"""A file that is about to run: what its comments ask for, its statements, and why it must not run.

It refuses what would break the promise that a migration is all or nothing, and what would wait for ever.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fleet.problem import Problem, Refused

from .directives import Directives, directives
from .harmless import sets_sequence
from .kinds import copies_from_client, first_control, new_index
from .migration import File
from .statements import Statement, statements

# a script without any of these words has no statement that would be refused
_SUSPECT = re.compile(r"begin|start|commit|end|rollback|abort|prepare|copy|concurrently", re.IGNORECASE)


@dataclass(frozen=True)
class Script:
    """A file about to run, and its directives."""

    file: File
    directives: Directives

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """In order; found when they are asked for, because most scripts go as a whole."""
        return tuple(statements(self.file.text))

    @property
    def sets_sequence(self) -> bool:
        return "setval" in self.file.text.lower() and any(map(sets_sequence, self.statements))


def scripts(files: list[File], source: str) -> list[Script]:
    """The files, read as what is about to run; raises Refused with all that is wrong with them."""
    read = [_script(file) for file in files]
    problems = [problem for _, found in read for problem in found]
    if problems:
        raise Refused(source, problems)
    return [script for script, _ in read]


@lru_cache(maxsize=100_000)  # a run plans twice: before it waits for the lock, and when it has it
def _script(file: File) -> tuple[Script, list[Problem]]:
    asked, problems = directives(file.text, file.name)
    script = Script(file, asked)
    return script, problems + _unfit(script)


def _unfit(script: Script) -> list[Problem]:
    found = list[Problem]()
    if script.file.content.startswith(b"\xef\xbb\xbf"):
        hint = "save the file as UTF-8 without it"
        found.append(
            Problem(script.file.name, "it begins with a byte order mark, which PostgreSQL takes for SQL", hint)
        )
    if not _SUSPECT.search(script.file.text):
        return found
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
