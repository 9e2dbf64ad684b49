"""How far a script came that died outside of a transaction, and whether that is known well enough to go on.

Known: between two statements; or in a CREATE INDEX CONCURRENTLY, whose outcome the catalog tells. Everything else is
for a person to say (`repair`): nothing here guesses. Nor does a script go on without what its session alone had.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fleet.problem import Problem

from .kinds import new_index
from .lasting import kept
from .script import Script
from .statements import Statement


@dataclass(frozen=True)
class HalfWay:
    """What the history says. Statements count from 1; `begun` is the one that ran when everything stopped.

    `invalid_before` are the OIDs of the invalid indexes that were there before it began.
    """

    id: int
    version: int
    action: str
    checksum: bytes
    statements: int
    done: int
    begun: int | None
    prefix: bytes | None
    invalid_before: tuple[int, ...]
    note: str = ""


def prefix_digest(statements: Sequence[Statement]) -> bytes:
    """Of the statements that are done: whether the file still begins with them."""
    return hashlib.sha256("\0".join(one.text for one in statements).encode()).digest()


def resumable(label: str, script: Script, found: HalfWay | None, action: str) -> Problem | None:
    """Why one cannot simply go on; None if one can."""
    if found is None:
        what = "its row says that it did not succeed, and the history does not say how far it came"
        return Problem(label, what, f"look at the database, then {choices(label)}")
    if not script.directives.no_transaction:
        what = (
            "it died half-way outside of a transaction, and its file does not begin with `-- no-transaction` any more"
        )
        return Problem(label, what, f"restore the file, or {choices(label)}")
    if found.action != action:
        verb = "down" if found.action == "down" else "up"
        return Problem(
            label, f"its {found.action} died half-way", f"run `{verb}` to finish that first, or {choices(label)}"
        )
    if found.done and found.prefix != prefix_digest(script.statements[: found.done]):
        what = f"of its {found.statements} statements {found.done} are done, and these were edited since"
        return Problem(label, what, f"restore them, or {choices(label)}")
    if found.done < len(script.statements) and kept(script.statements[: found.done]) is not None:
        return _without_its_session(label, script, found.done)
    if found.begun is None or _catalog_tells(script, found.begun):
        return None
    statement = shown(script, found.begun)
    what = f"it died in statement {found.begun} of {found.statements}, and nobody knows if that ended: {statement}"
    return Problem(label, what, f"look at the database, then {choices(label)}")


def _without_its_session(label: str, script: Script, done: int) -> Problem:
    """A statement that is done left in its session what those after it may need, and that session has ended."""
    statement = kept(script.statements[:done])
    number = script.statements.index(statement) + 1 if statement else 0
    version = label.split(" ", maxsplit=1)[0]
    what = f"statement {number}, which is done, left something in a session that has ended: {shown(script, number)}"
    hint = (
        f"move it, with what fills it, below the {done} that are done, and say `repair {version} --resume-at "
        f"<statement>` for where it stands then; or do the rest by hand and say `repair {version} --applied`; or take "
        f"back what is done and say `repair {version} --forget`"
    )
    return Problem(label, what, hint)


def choices(label: str) -> str:
    """The ways out, for a hint; `label` begins with the version."""
    version = label.split(" ", maxsplit=1)[0]
    return (
        f"say `repair {version} --resume-at <statement>` (the next run goes on there), "
        f"`repair {version} --applied` (all of it is done) or `repair {version} --forget` (nothing of it is)"
    )


def shown(script: Script, number: int) -> str:
    """A statement in one short line; empty where the file has no such statement any more."""
    if not 0 < number <= len(script.statements):
        return ""
    words = " ".join(script.statements[number - 1].text.split())
    return words if len(words) <= 100 else f"{words[:99]}…"


def _catalog_tells(script: Script, number: int) -> bool:
    return 0 < number <= len(script.statements) and new_index(script.statements[number - 1]) is not None
