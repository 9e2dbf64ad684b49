"""What is said on the command line. A mistake is refused in our own form."""

import argparse
import os
import re
from pathlib import Path
from typing import Any, NoReturn

from fleet.problem import Problem, Refused, nearest

from .limits import MOST_RETRIES, Limits, parse_timeout

_SECRET = re.compile(r"\bpassword\s*=|://[^/@\s]*:[^/@\s]+@", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """Says what is wrong as a refusal instead of leaving with exit code 2, which means something else here."""

    def error(self, message: str) -> NoReturn:
        raise Refused(self.prog, [Problem("arguments", message, f"`{self.prog} --help` tells what there is")])


def parser(verb: str, purpose: str) -> Parser:
    found = Parser(prog=f"steward migrate {verb}", description=purpose, allow_abbrev=False)
    found.add_argument("--json", action="store_true", help="the answer as JSON on standard output")
    return found


def add_folder(to: Parser) -> None:
    to.add_argument("--folder", type=Path, required=True, help="the database's migrations, such as migrations/shop")


def add_database(to: Parser) -> None:
    to.add_argument("--dsn", help="without a password; else PGHOST, PGDATABASE, … and libpq's defaults count")
    to.add_argument(
        "--dsn-env", metavar="NAME", help="the environment variable that holds the DSN, such as DATABASE_URL"
    )
    to.add_argument("--role", help="whom to act as (SET ROLE): the owner of the database")


def add_limits(to: Parser) -> None:
    default = Limits()
    to.add_argument("--lock-timeout", type=timeout, default=default.lock_timeout, help="for each lock (3s)")
    to.add_argument(
        "--statement-timeout", type=timeout, default=default.statement_timeout, help="for each statement (1h)"
    )
    to.add_argument(
        "--retries", type=retries, default=default.retries, help=f"after a lock timeout ({default.retries})"
    )
    to.add_argument("--wait", type=timeout, default=default.wait, help="for another migrator to end (5min)")


def add_order(to: Parser) -> None:
    to.add_argument("--to", type=version, help="stop after this version")
    to.add_argument("--allow-out-of-order", action="store_true", help="also what is older than the newest applied one")


def timeout(said: str) -> int:
    try:
        return parse_timeout(said)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def retries(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", said) or int(said) > MOST_RETRIES:
        raise argparse.ArgumentTypeError(f"{said!r} is not a number between 0 and {MOST_RETRIES}")
    return int(said)


def version(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", said, re.ASCII):
        raise argparse.ArgumentTypeError(f"{said!r} is not a version such as 20260131120000")
    return int(said)


def limits(options: argparse.Namespace) -> Limits:
    return Limits(options.lock_timeout, options.statement_timeout, options.retries, options.wait)


def connection(options: argparse.Namespace) -> dict[str, Any]:
    """What a session needs: the DSN and the role. Raises Refused for a password where others can read it."""
    if options.dsn and options.dsn_env:
        raise Refused("arguments", [Problem("--dsn", "it is given twice, by --dsn-env too", "keep one of them")])
    if options.dsn and _SECRET.search(options.dsn):
        hint = "use PGPASSWORD, PGPASSFILE or ~/.pgpass, or put the whole DSN into a variable and name it: --dsn-env"
        raise Refused(
            "arguments", [Problem("--dsn", "a password on the command line can be read by everybody here", hint)]
        )
    if options.dsn_env and options.dsn_env not in os.environ:
        near = nearest(options.dsn_env, os.environ)
        hint = f"did you mean {near}?" if near else "export it first"
        raise Refused("arguments", [Problem("--dsn-env", f"there is no environment variable {options.dsn_env}", hint)])
    return {"dsn": os.environ[options.dsn_env] if options.dsn_env else options.dsn or "", "role": options.role}
