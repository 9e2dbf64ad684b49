"""A person's word that the ledger is right where the history has more: written down version by version."""

from collections.abc import Collection

from .ledger import missing_rows
from .remembered import ACCEPTED
from .run import Run
from .texts import text


def accept(run: Run, present: Collection[int]) -> list[int]:
    """From now on the history has nothing as applied but what is `present`; the versions that it had besides."""
    gone = missing_rows(run.session, present)
    for version in gone:
        row = run.row("repair", version, "", None) | {"outcome": "done", "note": ACCEPTED}
        run.session.main.execute(text("record_note"), row)
    return gone
