"""`repair`: sets the ledger right, by a person's word. It runs no migration.

Alone: takes over the checksums of files in which only newlines changed, and tells how far it came what died half-way.
Of the ledger itself: it is in another schema than search_path says (`--ledger-in`), or right to lack what the history
has (`--accept-ledger`). With a version: that version's script went so far (`--resume-at`), is all done (`--applied`),
or never was (`--forget`).
"""

import argparse
from collections.abc import Sequence

from fleet.problem import Problem, Refused

from ..accepting import accept
from ..applied import Applied
from ..arguments import add_database, add_folder, add_limits, connection, limits, parser, version
from ..drift import changed_by_hand, keep
from ..folder import read_folder
from ..halfway import HalfWay, choices, prefix_digest, shown
from ..ledger import ledger_rows, make_tables, missing_rows, read_ledger, remember
from ..lock import locked
from ..migration import Migration
from ..outside import read_halfway
from ..plan import plan_newlines
from ..remembered import ALL_OF_IT, NOTHING_OF_IT, decided, named
from ..run import Run
from ..script import Script, scripts
from ..session import session
from ..texts import text
from ..voice import Voice
from ..work import running


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("repair", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    said.add_argument("version", type=version, nargs="?", help="one that died half-way")
    way = said.add_mutually_exclusive_group()
    way.add_argument(
        "--resume-at", type=int, metavar="STATEMENT", help="the next run goes on there; those before are done"
    )
    way.add_argument("--applied", action="store_true", help="all of it is done")
    way.add_argument("--forget", action="store_true", help="nothing of it is done")
    way.add_argument("--accept-drift", action="store_true", help="the schema is right as it is: record its fingerprint")
    way.add_argument("--ledger-in", metavar="SCHEMA", help="the ledger is in this schema, whatever search_path says")
    way.add_argument("--accept-ledger", action="store_true", help="what the ledger lacks is not applied")
    options = said.parse_args(arguments)
    _refuse_muddle(options)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        told = _repair(run, migrations, options, voice)
        problems = _half_way(run, migrations, ledger_rows(opened)) if options.version is None else []
    for line in told:
        voice.line(line)
    if problems:
        raise Refused(f"database {opened.facts.database}", problems)
    if not told:
        voice.line("nothing to repair")
    voice.result({"ok": True, "database": opened.facts.database, "repaired": told})
    return 0


def _repair(run: Run, migrations: Sequence[Migration], options: argparse.Namespace, voice: Voice) -> list[str]:
    """What was repaired, in sentences."""
    with locked(run.session, run.limits.wait, run.tell):
        run.session.facts = run.session.look()
        if options.ledger_in is not None:
            return _ledger_in(run, options.ledger_in)
        if options.accept_ledger:
            return _accept_ledger(run)
        applied = read_ledger(run.session)
        if options.accept_drift:
            return _accept(run, applied, voice)
        if options.version is None:
            return _newlines(run, migrations, applied)
        return _decide(run, migrations, applied, options)


def _refuse_muddle(options: argparse.Namespace) -> None:
    decided = options.resume_at is not None or options.applied or options.forget
    if options.version is None and decided:
        raise Refused(
            "steward migrate repair", [Problem("arguments", "which version?", "name it: repair 20260131120000 …")]
        )
    if options.version is not None and not decided:
        what, hint = f"what about {options.version}?", choices(str(options.version))
        raise Refused("steward migrate repair", [Problem("arguments", what, hint)])


def _accept(run: Run, applied: Sequence[Applied], voice: Voice) -> list[str]:
    for one in changed_by_hand(run.session, applied) or ():
        voice.line(f"accepted: {one}")
    make_tables(run.session)
    digest = keep(run.session, run.id, read_ledger(run.session))
    _record(run, None, "accepted the schema as it is", None)
    return [f"the schema's fingerprint is now {digest}"]


def _ledger_in(run: Run, schema: str) -> list[str]:
    """Keeps `schema` as the ledger's place. Raises Refused where it has none."""
    there = [str(row[0]) for row in run.session.main.execute(text("elsewhere")).fetchall()]
    if schema not in there:
        hint = f"there is one in {', '.join(there)}" if there else "this database has no ledger in any schema"
        raise Refused("steward migrate repair", [Problem("--ledger-in", f"schema {schema} has no ledger", hint)])
    if run.session.facts.remembered == schema:
        return []
    remember(run.session, schema)
    _record(run, None, f"the ledger is in schema {schema}", None)
    return [f"the ledger is in schema {schema}, whatever search_path says"]


def _accept_ledger(run: Run) -> list[str]:
    """From now on the history has nothing as applied that the ledger lacks."""
    present = [row.version for row in ledger_rows(run.session)]
    if not missing_rows(run.session, present):
        return []
    make_tables(run.session, anew=True)
    with run.session.main.transaction():
        gone = accept(run, present)
    return [f"{named(gone)} {'counts' if len(gone) == 1 else 'count'} as not applied, as the ledger says"]


def _newlines(run: Run, migrations: Sequence[Migration], applied: Sequence[Applied]) -> list[str]:
    chosen, told = plan_newlines(migrations, applied), []
    rows = {row.version: row for row in applied}
    if chosen:
        make_tables(run.session)
    for one in chosen:
        before = rows[one.version].checksum
        command = f"UPDATE {run.session.ledger} SET checksum = %s WHERE version = %s AND checksum = %s"
        with run.session.main.transaction():
            run.session.main.execute(command, [one.checksum, one.version, before])
            _record(run, one, f"newlines only; the checksum was {before.hex()}", one.checksum)
        told.append(f"{one.up.name}: only newlines changed; checksum {before.hex()} is now {one.checksum.hex()}")
    return told


def _half_way(run: Run, migrations: Sequence[Migration], applied: Sequence[Applied]) -> list[Problem]:
    dirty = [row for row in applied if not row.success]
    known, found = {one.version: one for one in migrations}, read_halfway(run, [row.version for row in dirty])
    return [_tale(row, known.get(row.version), found.get(row.version)) for row in dirty]


def _tale(row: Applied, migration: Migration | None, found: HalfWay | None) -> Problem:
    """How far it came, as far as anybody knows."""
    label = f"{row.version} {row.description}".rstrip()
    hint = f"look at the database, then {choices(label)}"
    if found is None:
        return Problem(label, "it did not succeed, and the history does not say how far it came", hint)
    file = None if migration is None else migration.down if found.action == "down" else migration.up
    what = f"its {found.action} died half-way: {found.done} of {found.statements} statements are done"
    if found.begun is not None:
        statement = f": {shown(scripts([file], 'migrations')[0], found.begun)}" if file else ""
        what += f", and of statement {found.begun} nobody knows{statement}"
    return Problem(label, what, hint)


def _decide(
    run: Run, migrations: Sequence[Migration], applied: Sequence[Applied], options: argparse.Namespace
) -> list[str]:
    row = next((row for row in applied if row.version == options.version), None)
    if row is None or row.success:
        what = "it is not in the ledger" if row is None else "it succeeded"
        raise Refused(
            "steward migrate repair", [Problem(str(options.version), what, "`status` tells which died half-way")]
        )
    make_tables(run.session)
    migration = next((one for one in migrations if one.version == row.version), None)
    found = read_halfway(run, [row.version]).get(row.version)
    action = found.action if found else "up"
    with run.session.main.transaction():
        if options.resume_at is not None:
            return [_resume_at(run, migration, row, found, action, options.resume_at)]
        gone = options.forget if action == "up" else options.applied
        return [_close(run, migration, row, action, gone, ALL_OF_IT if options.applied else NOTHING_OF_IT)]


def _close(run: Run, migration: Migration | None, row: Applied, action: str, gone: bool, word: str) -> str:
    """The row goes, or says success; the history's open row is closed."""
    ledger, main = run.session.ledger, run.session.main
    if gone:
        main.execute(f"DELETE FROM {ledger} WHERE version = %s", [row.version])
    else:
        main.execute(f"UPDATE {ledger} SET success = true WHERE version = %s", [row.version])
    command = (
        "UPDATE pgsteward.migration_runs SET outcome = 'failed', ended_at = clock_timestamp(), statements = NULL "
        "WHERE version = %s AND outcome = 'running'"
    )
    main.execute(command, [row.version])
    _record(run, migration, decided(action, run.operator, word), row.checksum, row.version)
    state = "not applied" if gone else "applied"
    return f"{row.version} {row.description}: {word}; it counts as {state} now"


def _resume_at(
    run: Run, migration: Migration | None, row: Applied, found: HalfWay | None, action: str, number: int
) -> str:
    script = _script(migration, action, row)
    if not 1 <= number <= len(script.statements) + 1:
        what = f"there is no statement {number}, the file has {len(script.statements)}"
        raise Refused("steward migrate repair", [Problem("--resume-at", what, "`dry-run` or the file shows them")])
    values = run.row(action, row.version, row.description, row.checksum) | {
        "statements": len(script.statements),
        "done": number - 1,
        "begun": None,
        "prefix": prefix_digest(script.statements[: number - 1]),
        "invalid": [],
        "note": f"{run.operator} says that it is done up to statement {number - 1}",
    }
    run.session.main.execute(text("resume"), values)
    before = f"; the history said {found.done}" if found else ""
    return f"{row.version} {row.description}: the next `{action}` goes on at statement {number}{before}"


def _script(migration: Migration | None, action: str, row: Applied) -> Script:
    file = None if migration is None else migration.down if action == "down" else migration.up
    if file is None:
        raise Refused(
            "steward migrate repair", [Problem(str(row.version), "there is no such file", "bring it back first")]
        )
    return scripts([file], "migrations")[0]


def _record(
    run: Run, migration: Migration | None, note: str, checksum: bytes | None, version: int | None = None
) -> None:
    row = run.row(
        "repair", migration.version if migration else version, migration.description if migration else "", checksum
    )
    run.session.main.execute(text("record_note"), row | {"outcome": "done", "note": note})
