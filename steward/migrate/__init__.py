"""Migrations: plain SQL files and sqlx's own ledger, run one migrator at a time, with locks that cannot hurt.

    python -m steward migrate {new|status|up|down|redo|dry-run|baseline|repair|verify|lint|fresh|seed} --help

Pure (values in, values out): filename, checksum, lockid, statements, kinds, directives, migration, plan, halfway,
fingerprint, backoff, stamp. Effects: folder, session, ledger, lock, pooler, patience, waits, attempts, inside, outside,
indexes, drift, work, and the verbs. It refuses whatever it would have to guess. docs/decisions/migrations.md says why.

Exit codes: 0 done, 1 refused or failed, 2 could not look (no connection, no linter, nothing to compare with).
"""

import sys
from importlib import import_module

from fleet.problem import Problem, Refused, nearest

VERBS = {
    "new": "a new migration: empty files with the time as version",
    "status": "what is applied, what is pending, what is wrong",
    "up": "apply what is pending",
    "down": "revert the newest, or all above --to",
    "redo": "revert the newest and apply it again",
    "dry-run": "the SQL that `up` would run; changes nothing",
    "baseline": "call migrations applied without running them, on a database without a ledger",
    "repair": "set the ledger right after a newline-only change, or after a script died half-way",
    "verify": "what changed by hand since the last run",
    "lint": "what is dangerous in pending migrations, by squawk",
    "fresh": "drop everything and build it again; development only",
    "seed": "run a folder of plain SQL that is no migration",
}


def main(arguments: list[str]) -> int:
    """Runs the verb that the first word names; the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_usage(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 1
    verb, rest = arguments[0], arguments[1:]
    if verb not in VERBS:
        near = nearest(verb, VERBS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(VERBS)}"
        print(Refused("steward migrate", [Problem("arguments", f"there is no verb {verb!r}", hint)]), file=sys.stderr)
        return 1
    return _said(verb, rest)


def _usage() -> str:
    return "\n".join(
        ["usage: steward migrate <verb> …", *(f"  {verb:<9} {purpose}" for verb, purpose in VERBS.items())]
    )


def _said(verb: str, rest: list[str]) -> int:
    from .unseen import Unseen
    from .voice import Voice

    voice = Voice("--json" in rest)
    try:
        code: int = import_module(f".verbs.{verb.replace('-', '_')}", __package__).main(rest, voice, VERBS[verb])
    except Refused as refusal:
        voice.refused(refusal)
        return 2 if isinstance(refusal, Unseen) else 1
    except BrokenPipeError:
        # whoever read the output (`| head`) has gone
        return 0
    return code
