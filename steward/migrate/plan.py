"""What is to run, from the files and the ledger; and why it will not.

It refuses what sqlx refuses at start (a dirty version, an applied one that is missing, an edited one), and what sqlx
does not: a version older than the newest applied one. It guesses nothing.
"""

from collections.abc import Collection, Iterable, Sequence

from fleet.problem import Problem, Refused

from .applied import Applied
from .checksum import differs_in_newlines_only
from .migration import Migration

SOURCE = "migrations"


def ledger_problems(
    migrations: Sequence[Migration], applied: Iterable[Applied], resumed: Collection[int] = ()
) -> list[Problem]:
    """Where the ledger and the files say different things, and what died half-way; in the order of versions.

    `resumed` are versions that died half-way and are about to be gone on with.
    """
    known = {one.version: one for one in migrations}
    rows = [row for row in applied if row.version not in resumed]
    return [problem for row in rows for problem in _row_problems(row, known.get(row.version))]


def _row_problems(row: Applied, migration: Migration | None) -> list[Problem]:
    found = [] if row.success else [_half_way(row)]
    if migration is None:
        return [*found, _missing(row)]
    if migration.checksum != row.checksum:
        found.append(_edited(row, migration))
    return found


def _half_way(row: Applied) -> Problem:
    hint = "`repair` tells how far it came and what can be done"
    return Problem(f"{row.version} {row.description}", "it died half-way outside of a transaction", hint)


def _missing(row: Applied) -> Problem:
    hint = "bring its file back (is this the right branch, the right folder?)"
    return Problem(f"{row.version} {row.description}", "it was applied, but there is no such file", hint)


def _edited(row: Applied, migration: Migration) -> Problem:
    sums = f"applied {row.checksum.hex()}, now {migration.checksum.hex()}"
    if differs_in_newlines_only(migration.up.content, row.checksum):
        what, hint = "its line ends were changed after it was applied", "`repair` takes the new checksum over"
    else:
        what, hint = "it was edited after it was applied", "restore the file, and write the change as a new migration"
    return Problem(migration.up.name, f"{what}: {sums}", hint)


def is_current(migrations: Sequence[Migration], applied: Sequence[Applied]) -> bool:
    """Whether files and ledger say the same, and all of it succeeded."""
    files = {one.version: one.checksum for one in migrations}
    return files == {row.version: row.checksum for row in applied} and all(row.success for row in applied)


def pending(migrations: Iterable[Migration], applied: Iterable[Applied]) -> list[Migration]:
    there = {row.version for row in applied}
    return [one for one in migrations if one.version not in there]


def out_of_order(waiting: Iterable[Migration], applied: Iterable[Applied]) -> list[Migration]:
    """Those waiting that are older than the newest applied one."""
    newest = max((row.version for row in applied), default=0)
    return [one for one in waiting if one.version < newest]


def plan_up(
    migrations: Sequence[Migration],
    applied: Sequence[Applied],
    to: int | None = None,
    allow_out_of_order: bool = False,
    resumed: Collection[int] = (),
) -> list[Migration]:
    """What `up` runs, in order: all that is pending, or that up to version `to`. Raises Refused.

    First what is `resumed`.
    """
    problems = ledger_problems(migrations, applied, resumed)
    if to is not None:
        problems += _unknown_target(to, migrations)
    waiting = [one for one in pending(migrations, applied) if to is None or one.version <= to]
    if not allow_out_of_order:
        problems += [_out_of_order(one, applied) for one in out_of_order(waiting, applied)]
    _refuse(problems)
    return [one for one in migrations if one.version in resumed] + waiting


def _out_of_order(migration: Migration, applied: Iterable[Applied]) -> Problem:
    newest = max(row.version for row in applied)
    hint = f"give it a version after {newest}, or allow it with --allow-out-of-order if order does not matter here"
    return Problem(migration.up.name, f"it is older than {newest}, which was applied already", hint)


def plan_down(
    migrations: Sequence[Migration],
    applied: Sequence[Applied],
    to: int | None = None,
    resumed: Collection[int] = (),
) -> list[Migration]:
    """What `down` reverts, newest first: the newest applied one, or all above version `to`. Raises Refused.

    0 is the version before the first. What is `resumed` comes first, and counts as the one.
    """
    problems = ledger_problems(migrations, applied, resumed)
    if to:
        problems += _unknown_target(to, migrations)
    there = {row.version for row in applied}
    candidates = sorted((one for one in migrations if one.version in there), key=_version, reverse=True)
    candidates.sort(key=lambda one: one.version not in resumed)
    chosen = candidates[:1] if to is None else [one for one in candidates if one.version > to]
    problems += [_irreversible(one) for one in chosen if one.down is None]
    _refuse(problems)
    return chosen


def _version(migration: Migration) -> int:
    return migration.version


def _irreversible(migration: Migration) -> Problem:
    return Problem(
        migration.up.name, "it cannot be reverted, it has no down", "write what takes it back as a new migration"
    )


def _unknown_target(to: int, migrations: Iterable[Migration]) -> list[Problem]:
    if any(one.version == to for one in migrations):
        return []
    return [Problem("--to", f"there is no migration with version {to}", "`status` lists them")]


def plan_baseline(migrations: Sequence[Migration], applied: Sequence[Applied], to: int) -> list[Migration]:
    """What `baseline` writes into an empty ledger without running it: all up to version `to`. Raises Refused."""
    problems = _unknown_target(to, migrations)
    if applied:
        what = f"the ledger has {len(applied)} rows already, the newest is {max(row.version for row in applied)}"
        problems.append(Problem("baseline", what, "a baseline is for a database without a ledger; `status` tells more"))
    _refuse(problems)
    return [one for one in migrations if one.version <= to]


def plan_newlines(migrations: Sequence[Migration], applied: Iterable[Applied]) -> list[Migration]:
    """Those whose files differ from what was applied in their line ends alone."""
    known = {one.version: one for one in migrations}
    return [
        known[row.version]
        for row in applied
        if row.version in known
        and known[row.version].checksum != row.checksum
        and differs_in_newlines_only(known[row.version].up.content, row.checksum)
    ]


def states(migrations: Sequence[Migration], applied: Sequence[Applied]) -> list[tuple[int, str, str]]:
    """Version, description and state of everything that files or ledger know, in the order of versions.

    A state is one of applied, edited, half-way, missing, pending, out of order.
    """
    rows, files = {row.version: row for row in applied}, {one.version: one for one in migrations}
    late = {one.version for one in out_of_order(pending(migrations, applied), applied)}
    found = []
    for version in sorted(rows.keys() | files.keys()):
        row, file = rows.get(version), files.get(version)
        description = file.description if file else row.description if row else ""
        found.append((version, description, _state(row, file, version in late)))
    return found


def _state(row: Applied | None, file: Migration | None, late: bool) -> str:
    if row is None:
        return "out of order" if late else "pending"
    if not row.success:
        return "half-way"
    if file is None:
        return "missing"
    return "applied" if file.checksum == row.checksum else "edited"


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(SOURCE, problems)
