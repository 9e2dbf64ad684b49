"""`lint`: what is dangerous in the migrations that are pending. squawk finds it; a reason in the file allows it.

Exit code 1 with findings, 2 where squawk is missing. Needs no database with --all or --after.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from fleet.problem import Problem, Refused

from ..arguments import add_database, add_folder, connection, parser, version
from ..folder import read_folder
from ..ledger import read_ledger
from ..migration import Migration
from ..plan import pending
from ..script import Script, scripts
from ..session import session
from ..squawk import SETTLED, our_own, problems_of
from ..unseen import Unseen
from ..voice import Voice

DEADLINE = 300  # seconds


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("lint", purpose)
    add_folder(said)
    add_database(said)
    which = said.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="all files, without asking a database what is pending")
    which.add_argument("--after", type=version, help="those above this version, without asking a database")
    said.add_argument("--pg-version", help="such as 17; else the server's, if one is asked")
    options = said.parse_args(arguments)
    chosen, server = _chosen(options)
    read = scripts([one.up for one in chosen], str(options.folder))
    problems = [problem for one in read for problem in our_own(one)]
    for no_transaction in (False, True):
        some = [one for one in read if one.directives.no_transaction == no_transaction]
        problems += _asked(some, options.folder, no_transaction, options.pg_version or server)
    if problems:
        raise Refused(str(options.folder), sorted(problems, key=lambda one: (one.where, one.line)))
    allowed = {one.file.name: one.directives.allowed for one in read if one.directives.allowed}
    for name, rules in allowed.items():
        for rule, reason in rules.items():
            voice.line(f"{name}: {rule} is allowed because {reason}")
    voice.line(f"{len(read)} migration{'' if len(read) == 1 else 's'} looked at, nothing found")
    voice.result({"ok": True, "files": [one.file.name for one in read], "allowed": allowed})
    return 0


def _chosen(options: argparse.Namespace) -> tuple[list[Migration], str | None]:
    """The migrations to look at; and the server's version, if one was asked."""
    migrations = read_folder(options.folder)
    if options.all or options.after is not None:
        return [one for one in migrations if one.version > (options.after or 0)], None
    with session(**connection(options), read_only=True) as opened:
        return pending(migrations, read_ledger(opened)), str(opened.facts.server_version // 10000)


def _asked(read: list[Script], folder: Path, no_transaction: bool, server: str | None) -> list[Problem]:
    if not read:
        return []
    flags = ["--reporter", "json", "--exclude", ",".join(SETTLED)]
    flags += [] if no_transaction else ["--assume-in-transaction"]
    flags += ["--pg-version", server] if server else []
    command = [_program(), *flags, *(str(folder / one.file.name) for one in read)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
        if done.returncode not in (0, 1):
            raise ValueError(done.stderr.strip() or f"exit code {done.returncode}")
        return problems_of(done.stdout, {one.file.name: one.directives.allowed for one in read})
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Unseen("lint", [Problem("squawk", f"it did not answer: {error}", "run it by hand to see why")]) from None


def _program() -> str:
    beside = Path(sys.executable).parent / "squawk"
    found = str(beside) if beside.is_file() else shutil.which("squawk")
    if found is None:
        hint = "pip install squawk-cli; the deploy's own .venv has it"
        raise Unseen("lint", [Problem("squawk", "the program is not installed here", hint)])
    return found
