"""Dumps back from a target: which there are, and one of them as the directory that it was, every sum compared."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

from fleet.problem import Problem, Refused
from fleet.size import about

from ..columns import aligned
from ..progress import Progress
from . import owner, retention
from .away.opener import Opener
from .away.target import Kept, Target
from .owner import Owner

LATEST = "latest"
HEAD = ("id", "database", "content", "size", "PostgreSQL", "verified")


def listing(wanted: Iterable[Target], database: str, mine: Owner) -> list[str]:
    """The dumps at each target, newest first, as lines of a table, and whose those are that are not ours. A target that
    does not answer is told in its place; raises `Refused` where none does."""
    lines, silent = [], []
    for target in wanted:
        lines.append(f"{target.name}:")
        try:
            rows = list(table(target, database, mine))
        except Refused as refusal:
            silent.append(refusal)
            lines += [f"  {line}" for problem in refusal.problems for line in str(problem).splitlines()]
            continue
        lines += [f"  {line}" for line in aligned(rows)] if len(rows) > 1 else ["  no dump"]
    if silent and len(silent) == sum(line.endswith(":") and line[0] != " " for line in lines):
        raise Refused("dumps", [problem for one in silent for problem in one.problems])
    return lines


def table(target: Target, database: str, mine: Owner) -> Iterator[tuple[str, ...]]:
    """The head, and a row for each dump."""
    every = target.listed()
    own = {one.id for one in owner.of(owner.readable(target, mine, every), every)}
    others = len(own) < len(every)
    yield (*HEAD, "whose") if others else HEAD
    for one in ordered(every, database):
        whose = "ours" if one.id in own else f"system {one.manifest.system}"
        yield (*row(one), whose) if others else row(one)


def ordered(kept: Iterable[Kept], database: str = "") -> list[Kept]:
    """Newest first, of one database or of all."""
    chosen = {one.id: one for one in kept if database in ("", one.manifest.database)}
    return [chosen[one.manifest.id] for one in retention.ordered(chosen.values())]


def row(one: Kept) -> tuple[str, ...]:
    found, proof = one.manifest, one.verified
    said = "no" if proof is None else f"{day(proof.at)}{'' if proof.sound else ', NOT SOUND'}"
    return (one.id, found.database, found.content, about(one.size), found.server_version, said)


def day(at: int) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M")


def fetch(
    wanted: Sequence[Target],
    mine: Owner,
    id: str,
    database: str,
    into: Path,
    opener: Opener | None,
    progress: Progress,
) -> Path:
    """The dump's directory in `into`, from the first target that has it and gives it; raises `Refused` with what each
    of them says where none does."""
    problems: list[Problem] = []
    for target in wanted:
        try:
            found = chosen(target, id, database, mine)
            room(found, into)
            if (into / found.id).exists():
                hint = "move it away, or name another directory"
                raise Refused(str(into), [Problem(found.id, "is there already", hint)])
            return target.get(found.id, into, opener, progress)
        except Refused as refusal:
            problems += refusal.problems
    raise Refused("the dump", problems)


def chosen(target: Target, id: str, database: str, mine: Owner) -> Kept:
    """The dump of this id, whosever it is, or the latest good one of our own of a database."""
    there = ordered(target.listed(), database)
    if id == LATEST:
        there = own(target, there, mine)
    if id != LATEST:
        match = [one for one in there if one.id == id]
    elif database or len({one.manifest.database for one in there}) < 2:
        match = [one for one in there if retention.good(one)]
    else:
        hint = f"there are {', '.join(sorted({one.manifest.database for one in there}))}"
        raise Refused(target.name, [Problem("database", "say of which the latest is wanted", hint)])
    if match:
        return match[0]
    last = ", ".join(one.id for one in there[:3]) or "none"
    of = f" of {database}" if database else ""
    raise Refused(target.name, [Problem(target.name, f"has no {id}{of}", f"the last that are there: {last}")])


def own(target: Target, there: list[Kept], mine: Owner) -> list[Kept]:
    """Those that are ours; raises `Refused` where there are only others', or nobody knows which are ours."""
    found = owner.of(owner.readable(target, mine, there), there)
    if there and not found:
        systems = ", ".join(sorted({one.manifest.system for one in there}))
        hint = "name its id, as the list shows it; a deploy has each place say whose it is"
        raise Refused(target.name, [Problem(target.name, f"has no dump that is known to be ours, of {systems}", hint)])
    return found


def room(found: Kept, into: Path) -> None:
    """Raises `Refused` where the dump would not fit; it lies there twice for a moment, sealed and open."""
    there = next(one for one in (into.absolute(), *into.absolute().parents) if one.exists())
    sealed = found.manifest.sealed
    needed, free = found.manifest.size + (sealed.size if sealed else 0), shutil.disk_usage(there).free
    began = sum(one.stat().st_size for one in into.glob(f".partial-{found.id}.*"))
    if free < needed - began:
        what = f"has {about(free)} free, and {about(needed - began)} are needed"
        raise Refused("the dump", [Problem(str(there), what, "name another directory, or make room")])
