"""`up`: applies what is pending, in order. Where nothing is, it takes no lock and writes nothing."""

from ..arguments import add_database, add_folder, add_limits, add_order, connection, limits, parser
from ..folder import read_folder
from ..ledger import aside, read_ledger
from ..plan import is_current
from ..session import session
from ..voice import Voice


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("up", purpose)
    add_folder(said)
    add_database(said)
    add_limits(said)
    add_order(said)
    options = said.parse_args(arguments)
    migrations = read_folder(options.folder)
    with session(**connection(options)) as opened:
        current, note = is_current(migrations, read_ledger(opened)), aside(opened.facts)
        if note:
            voice.line(note)
        if current:
            voice.line(f"nothing is pending, database {opened.facts.database}")
            voice.result({"ok": True, "database": opened.facts.database, "applied": [], "fingerprint": None})
            return 0
        # not needed by the run that finds nothing to do, which is the most frequent one
        from ..work import running, tell, up_steps, work

        to, late = options.to, options.allow_out_of_order
        with running(opened, limits(options), voice) as run:
            # under the lock alone: what another migrator is just doing looks like one that died
            done = work(run, "up", lambda: up_steps(run, migrations, to, late), voice)
    tell(done, "applied", opened.facts.database, voice)
    return 0
