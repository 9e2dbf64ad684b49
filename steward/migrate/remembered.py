"""What our own history says of the ledger: which migrations it should have, and what to say where it has none. Pure.

A ledger is lost from sight when somebody drops or empties it, or when search_path leads elsewhere; to begin anew then
would apply everything a second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet.problem import Problem

ACCEPTED = "accepted the ledger as it is"
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
        if one.action == "fresh" or (one.action == "repair" and one.note == ACCEPTED):
            found.clear()
        elif one.version is not None and one.action in ("up", "baseline"):
            found.add(one.version)
        elif one.version is not None and one.action == "down":
            found.discard(one.version)
    return sorted(found)


def lost(history: Iterable[Happening], ledger: str | None, elsewhere: Sequence[str]) -> Problem | None:
    """What is wrong with an empty ledger; None where the history agrees that nothing is applied.

    `ledger` is the schema where it was looked for and found empty, None where there is none. `elsewhere` are the
    schemas that have a ledger.
    """
    versions = still_applied(history)
    if not versions:
        return None
    more = f" and {len(versions) - SHOWN} more" if len(versions) > SHOWN else ""
    applied = f"{', '.join(map(str, versions[:SHOWN]))}{more}"
    state = f"the ledger in schema {ledger} is empty" if ledger is not None else "search_path leads to no ledger"
    what = f"the history says that {applied} {'is' if len(versions) == 1 else 'are'} applied, but {state}"
    return Problem("_sqlx_migrations", what, _way_out([one for one in elsewhere if one != ledger]))


def _way_out(others: Sequence[str]) -> str:
    if others:
        found = " and ".join(f"schema {one}" for one in others)
        return f"there is one in {found}; if that is it: `repair --ledger-in {others[0]}`"
    return (
        "bring its rows back, or write them with `baseline`; if nothing of them is in the database any more: "
        "`repair --accept-ledger`"
    )
