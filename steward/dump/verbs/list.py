"""The dumps that are here: how large, how old, from where, and whether a restore has proved them."""

import argparse
import json
import time
from collections.abc import Iterator

from fleet import duration, size

from ...cluster import Described
from ...columns import aligned
from .. import here as house
from .. import store
from ..retention import ordered
from ..store import Dump

HEAD = ("id", "of", "size", "age", "from", "verified")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", default="", help="of this one alone")
    parser.add_argument("--json", action="store_true", help="one line for programs, newest first")


def run(told: Described, options: argparse.Namespace) -> int:
    here, spoilt = store.seen(told)
    own = {one.id for one in house.dumps(told)}
    found = [one for one in ordered(here) if options.database in ("", one.manifest.database)]
    if options.json:
        print(json.dumps([{**document(one), "own": one.id in own} for one in found]))
        return 0
    for line in aligned(list(table(found, own))) if found else ["no dumps are here"]:
        print(line)
    for name, why in spoilt.items():
        print(f"{name}: {why}; it is none")
    return 0


def table(found: list[Dump], own: set[str]) -> Iterator[tuple[str, ...]]:
    """The head, and a row for each dump; whose it is, where some are not our own."""
    others = not own.issuperset(one.id for one in found)
    yield (*HEAD, "whose") if others else HEAD
    for one in found:
        whose = "ours" if one.id in own else f"system {one.manifest.system}"
        yield (*row(one, int(time.time())), *((whose,) if others else ()))


def document(dump: Dump) -> dict[str, object]:
    """A dump without what is known of each of its tables and files."""
    found = dump.verified
    return {"manifest": dump.manifest.brief().document(), "verified": found.document() if found else None}


def row(dump: Dump, now: int) -> tuple[str, ...]:
    one, found = dump.manifest, dump.verified
    proven = "never" if found is None else "sound" if found.sound else "NOT SOUND: " + "; ".join(found.problems[:1])
    age = duration.about(now - one.end)
    return one.id, f"{one.content} {one.database}", size.about(one.size), age, f"{one.duty} {one.node}", proven
