"""What a dump is of, by what is chosen of its database."""

from ..cluster import Chosen
from . import manifest
from .names import PARTS, WHOLE


def content(chosen: Chosen) -> str:
    """What a dump is called by what is chosen for it."""
    if chosen.content in PARTS:
        return chosen.content
    return "part" if chosen.tables or chosen.without or chosen.without_rows else WHOLE


def scope(database: str, chosen: Chosen) -> tuple[str, ...]:
    """The scope that the manifest of such a dump has."""
    return manifest.scope(database, content(chosen), chosen.tables, chosen.without, chosen.without_rows)
