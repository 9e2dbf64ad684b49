"""What our own history says of the ledger: which rows it should have, and what to say where it lacks some. Pure.

A ledger is lost from sight when somebody drops or empties it, or when search_path leads elsewhere; a row is lost when
somebody deletes it, or puts another table or a view in the ledger's place. To go by what is left would apply a second
time what is applied.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from fleet.problem import Problem

ACCEPTED = "accepted the ledger as it is"
HALF_WAY = " died half-way; "
ALL_OF_IT, NOTHING_OF_IT = "all of it is done", "nothing of it is"
SHOWN = 5


@dataclass(frozen=True)
class Happening:
    """A row of the history; `outcome` is running, done or failed."""

    action: str
    version: int | None
    outcome: str
    note: str = ""


def still_applied(history: Iterable[Happening]) -> list[int]:
    """The versions that the history, oldest first, says were applied and not reverted since."""
    found = set[int]()
    for one in history:
        if one.outcome != "done":
            continue
        if one.version is None and (one.action == "fresh" or one.note == ACCEPTED):
            found.clear()
        elif one.version is not None and _applies(one):
            found.add(one.version)
        elif one.version is not None and _takes_back(one):
            found.discard(one.version)
    return sorted(found)


def _applies(one: Happening) -> bool:
    return one.action in ("up", "baseline") or _is_said_to_be_done(one, "up")


def _takes_back(one: Happening) -> bool:
    return one.action == "down" or (one.action == "repair" and one.note == ACCEPTED) or _is_said_to_be_done(one, "down")


def decided(action: str, operator: str, word: str) -> str:
    """The note of a person's word on what died half-way."""
    return f"{action}{HALF_WAY}{operator} says that {word}"


def _is_said_to_be_done(one: Happening, action: str) -> bool:
    return one.action == "repair" and one.note.startswith(action + HALF_WAY) and one.note.endswith(ALL_OF_IT)


def missing(history: Iterable[Happening], present: Collection[int]) -> list[int]:
    """The versions that the history says are applied, and that are not among those `present` in the ledger."""
    return [version for version in still_applied(history) if version not in present]


def lost(
    history: Iterable[Happening], present: Collection[int], ledger: str | None, elsewhere: Sequence[str]
) -> Problem | None:
    """What is wrong with a ledger that lacks rows; None where it has all that the history says is applied.

    `present` are the versions that it has. `ledger` is the schema where it was looked for, None where there is none.
    `elsewhere` are the schemas that have a ledger.
    """
    versions = missing(history, present)
    if not versions:
        return None
    what = f"the history says that {named(versions)} {'is' if len(versions) == 1 else 'are'} applied, but "
    others = [one for one in elsewhere if one != ledger]
    if present:
        what += f"the ledger in schema {ledger} has no row of {'it' if len(versions) == 1 else 'them'}"
        return Problem("_sqlx_migrations", what, _way_on(others))
    what += f"the ledger in schema {ledger} is empty" if ledger is not None else "search_path leads to no ledger"
    return Problem("_sqlx_migrations", what, _way_out(others))


def named(versions: Sequence[int]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(versions) - SHOWN} more" if len(versions) > SHOWN else ""
    return f"{', '.join(map(str, versions[:SHOWN]))}{more}"


def _way_on(others: Sequence[str]) -> str:
    """Where some rows are lost."""
    reverted = (
        "if another tool took back what it had done (`sqlx migrate revert`): `repair --accept-ledger`; if not, bring "
        "the ledger's rows back"
    )
    if not others:
        return reverted
    found = " and ".join(f"schema {one}" for one in others)
    return f"there is another ledger in {found}; if that is it: `repair --ledger-in {others[0]}`; {reverted}"


def _way_out(others: Sequence[str]) -> str:
    """Where all of them are."""
    if others:
        found = " and ".join(f"schema {one}" for one in others)
        return f"there is one in {found}; if that is it: `repair --ledger-in {others[0]}`"
    return (
        "bring its rows back, or write them with `baseline`; if nothing of them is in the database any more: "
        "`repair --accept-ledger`"
    )
