"""`baseline`: for a database that has the schema but no ledger. Rows are written, nothing is run."""

from ..accepting import accept
from ..applied import Applied
from ..arguments import add_database, add_folder, add_limits, connection, limits, parser, version
from ..drift import keep
from ..folder import read_folder
from ..ledger import ledger_rows, make_tables, write_baseline
from ..lock import locked
from ..plan import plan_baseline
from ..session import session
from ..texts import text
from ..voice import Voice
from ..work import running


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("baseline", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    said.add_argument("version", type=version, help="the newest one that the database has already")
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened, running(opened, limits(options), voice) as run:
        plan_baseline(migrations, ledger_rows(opened), options.version)
        with locked(opened, run.limits.wait, run.tell):
            opened.facts = opened.look()
            chosen = plan_baseline(migrations, ledger_rows(opened), options.version)
            make_tables(opened, anew=True)
            with opened.main.transaction():
                accept(run, [one.version for one in chosen])
                write_baseline(opened, [Applied(one.version, one.description, True, one.checksum) for one in chosen])
                for one in chosen:
                    opened.main.execute(text("record_note"), run.migration_row("baseline", one) | {"outcome": "done"})
            fingerprint = keep(opened, run.id, ledger_rows(opened))
    voice.line(f"{len(chosen)} called applied without being run, database {opened.facts.database}")
    versions = [one.version for one in chosen]
    voice.result({"ok": True, "database": opened.facts.database, "baseline": versions, "fingerprint": fingerprint})
    return 0
