"""A dump: made beside those that are there, proven to be on the disk, and there at once, by one rename.

What is on the way lies in a directory of its own, which this holds a lock on; whoever comes next removes what a killed
one left. The rows are counted in pg_dump's own snapshot, so that a restore can be held against them.
"""

import fcntl
import os
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..cluster import Chosen, Described
from ..progress import Bar, Progress
from . import here, manifest, scratch, store, toc
from .choice import content, scope
from .digests import digest
from .manifest import File, Manifest
from .names import Name, free
from .phases import phase
from .programs import at, listed, options, program, run, running
from .retention import ordered
from .snapshot import LOCK_WAIT, Snapshot, hint, snapshot
from .space import checked, expected, watched

USED = ".used"
REMEMBERED = 4096
"""Names that are remembered after their dumps have gone: a clock that jumped back shall not make one of them again."""
SECRET = 0o077
"""What others must not: read, write, or list."""


@dataclass
class Making:
    """A dump on the way. `handle`: the lock on its directory; `seconds` by phase."""

    told: Described
    chosen: Chosen
    name: Name
    sequence: int
    last: Manifest | None
    directory: Path
    handle: int
    begin: int
    seconds: dict[str, float] = field(default_factory=dict)


def take(told: Described, database: str, chosen: Chosen, progress: Progress) -> store.Dump:
    """Makes the dump; raises `Refused` where it cannot be made, and leaves nothing of it then."""
    with secret():
        place = store.place(told)
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
        here.claimed(told)
        store.tidy(told)
        scratch.tidy(told, scratch.verification(told).directory)
        watched(place, store.wanted(told).reserve)
        with making(told, database, chosen) as one:
            return made(one, progress)


@contextmanager
def secret() -> Iterator[None]:
    """What is written meanwhile, by programs that are begun, too, is nobody else's to read."""
    before = os.umask(SECRET)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def making(told: Described, database: str, chosen: Chosen) -> Iterator[Making]:
    """A directory for a dump on the way, with a name that was never used; it is gone afterwards, one way or another."""
    begin = int(time.time())
    place, known = store.place(told), store.dumps(told)
    name = free(Name(begin, database, content(chosen)), used(place))
    with (place / USED).open("a", encoding="utf-8") as file:
        file.write(f"{name}\n")
    sequence = max((one.manifest.sequence for one in known), default=0) + 1
    same = [one for one in known if one.manifest.scope == scope(database, chosen)]
    directory = place / f"{store.PARTIAL}{name}"
    directory.mkdir(mode=0o700)
    with store.held(directory, fcntl.LOCK_EX) as handle:
        one = Making(told, chosen, name, sequence, last(same), directory, handle, begin)
        try:
            yield one
        finally:
            with suppress(FileNotFoundError):  # it has become a dump
                store.clear(directory)


def made(one: Making, progress: Progress) -> store.Dump:
    """The story of a dump, top to bottom."""
    told = one.told
    declared = store.wanted(told)
    with phase(one.seconds, "globals"):
        globals_of(one)
    with snapshot(told, one.name.database, one.chosen) as seen:
        size = seen.facts["database_size"]
        checked(one.directory, expected(one.last, size, declared.compression), declared.reserve)
        with phase(one.seconds, "dump"):
            counted = dumped(one, seen, progress)
        held = toc.held(toc.entries(told, data(one)))
        missed = [oid for oid in held if held[oid] and oid in seen.tables and oid not in counted]
        counted |= seen.count(*(oid for oid in missed if not seen.reason_against(seen.tables[oid])))
        rows, left_out = seen.rows(counted, held)
    with phase(one.seconds, "hash"):
        files = hashed(one.directory, declared.jobs, progress)
    found = described(one, seen, rows, left_out, files)
    store.write(one.directory / manifest.FILE, str(found))
    store.sync(one.directory)
    final = one.directory.with_name(str(one.name))
    one.directory.rename(final)
    store.sync(final.parent)
    return store.opened(final)


def last(same: Collection[store.Dump]) -> Manifest | None:
    """The newest of these."""
    return next((one.manifest for one in ordered(same)), None)


def used(place: Path) -> set[str]:
    """The names that dumps have or had here; what a killed job has written of one does no harm."""
    path = place / USED
    names = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if len(names) > 2 * REMEMBERED:
        store.write(path, "\n".join(names[-REMEMBERED:]))
    return {*names, *(one.name.removeprefix(store.PARTIAL) for one in place.iterdir())}


def globals_of(one: Making) -> None:
    """Roles, their memberships and settings, and tablespaces: what is no database's own."""
    told, path = one.told, one.directory / store.GLOBALS
    secret = [] if store.wanted(told).passwords else ["--no-role-passwords"]
    where = at(told.port, "postgres")
    run(program(told, "pg_dumpall", "--globals-only", "--no-sync", f"--file={path}", *secret, *where), hint(""))


def dumped(one: Making, seen: Snapshot, progress: Progress) -> dict[int, int]:
    """Runs pg_dump and counts rows beside it, until both are done; raises `Refused` where one of them cannot."""
    reserve = store.wanted(one.told).reserve
    total = one.last.size if one.last else expected(None, seen.facts["database_size"], "")
    with (
        ThreadPoolExecutor(1, "rows") as pool,
        progress.of(f"{one.name.database}: dumping", total) as bar,
        running(command(one, seen), keep=one.handle) as process,
    ):
        counting = pool.submit(seen.counted if with_rows(one.chosen) else dict)
        try:
            while not process.ended():
                bar.reached(store.weight(one.directory))
                watched(one.directory, reserve)
                if counting.done():
                    counting.result()
            process.well(hint(process.said()))
            return waited(counting, one)
        finally:
            if not counting.done():
                seen.give_up()


def waited(counting: "Future[dict[int, int]]", one: Making) -> dict[int, int]:
    """The rows, once they are all counted."""
    with phase(one.seconds, "rows"):
        return counting.result()


def command(one: Making, seen: Snapshot) -> list[str]:
    """pg_dump as it is called."""
    told, chosen, declared = one.told, one.chosen, store.wanted(one.told)
    chose = {"schema": ["--schema-only"], "data": ["--data-only"]}.get(chosen.content, [])
    return program(
        told,
        "pg_dump",
        f"--format={declared.kind}",
        *([f"--jobs={declared.jobs}"] if declared.kind == "directory" else []),
        f"--compress={compress(declared.compression, told.version)}",
        f"--snapshot={seen.id}",
        f"--lock-wait-timeout={LOCK_WAIT}",
        "--no-sync",  # that is done where the files are hashed
        "--quote-all-identifiers",  # a newer version may have made a word of them
        *chose,
        *(["--no-unlogged-table-data"] if seen.standby else []),
        *(["--strict-names"] if chosen.tables else []),
        *options("table", chosen.tables),
        *options("exclude-table", chosen.without),
        *options("exclude-table-data", chosen.without_rows),
        f"--file={data(one)}",
        *at(told.port, one.name.database),
    )


def compress(declared: str, version: int) -> str:
    """What pg_dump of this version calls it."""
    method, _, level = declared.partition(":")
    if method == "none":
        return "0"
    return declared if version >= 16 else level


def data(one: Making) -> Path:
    """What pg_dump writes."""
    return one.directory / store.DATA[store.wanted(one.told).kind]


def with_rows(chosen: Chosen) -> bool:
    return chosen.content != "schema"


def hashed(directory: Path, jobs: int, progress: Progress) -> dict[str, File]:
    """Every file below: on the disk, and by its hash."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    with ThreadPoolExecutor(max(1, jobs), "hash") as pool, progress.of("hashing", store.weight(directory)) as bar:
        found = list(pool.map(lambda path: flushed(path, bar), paths))
    for path in {path.parent for path in paths}:
        store.sync(path)
    return {str(path.relative_to(directory)): one for path, one in zip(paths, found, strict=True)}


def flushed(path: Path, bar: Bar) -> File:
    """A file's size and hash; its bytes are on the disk then."""
    found = digest(path, bar.add)
    store.sync(path)
    return found


def described(
    one: Making, seen: Snapshot, rows: dict[str, int], left_out: dict[str, str], files: dict[str, File]
) -> Manifest:
    """All that is known of the dump."""
    told, declared, facts = one.told, store.wanted(one.told), seen.facts
    same = ("system", "timeline", "lsn", "server_version", "owner", "encoding", "collation", "extensions", "locale")
    more: dict[str, Any] = {key: facts[key] for key in (*same, "database_size", "large_objects")}
    return Manifest(
        id=str(one.name),
        sequence=one.sequence,
        cluster=told.cluster,
        node=told.node,
        duty="standby" if seen.standby else "primary",
        database=one.name.database,
        content=one.name.content,
        tables=one.chosen.tables,
        without=one.chosen.without,
        without_rows=one.chosen.without_rows,
        begin=one.begin,
        end=int(time.time()),
        seconds=one.seconds,
        pg_dump=version(told),
        kind=declared.kind,
        compression=declared.compression,
        jobs=declared.jobs if declared.kind == "directory" else 1,
        size=sum(file.size for file in files.values()),
        passwords=declared.passwords,
        unvalidated=tuple(facts["unvalidated"]),
        rows=rows,
        left_out=left_out,
        files=files,
        **more,
    )


def version(told: Described) -> str:
    """pg_dump's own."""
    said = "".join(listed(program(told, "pg_dump", "--version"), hint("")))
    return said.rpartition("pg_dump (PostgreSQL) ")[2]
