"""A dump becomes a database of this server: whole, one schema of it, or one table. Nothing is overwritten."""

import argparse
import json
from pathlib import Path

from fleet.problem import Problem, Refused

from ...cluster import Described, Job
from ...progress import Progress
from ...records import recorded, replace
from .. import here, store
from ..parts import part
from ..restore import Wanted, restore
from ..retention import good, ordered
from ..store import Dump

LATEST = "latest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dump", help=f"its id, {LATEST}, or a directory with a slash in its name")
    parser.add_argument("--database", default="", help=f"of which {LATEST} is wanted")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="what it is to be called; as it was")
    parser.add_argument("--schema", default="", help="this one alone")
    parser.add_argument("--table", default="", metavar="SCHEMA.TABLE", help="this one alone")
    parser.add_argument("--jobs", type=int, default=1, help="how many work on it at once")
    parser.add_argument("--replace", default="", metavar="NAME", help="typed, of the database that is put aside")
    parser.add_argument("--owner", default="", metavar="ROLE", help="whose the database shall be; as it was")
    parser.add_argument("--json", action="store_true", help="one line for programs")


def run(told: Described, options: argparse.Namespace) -> int:
    wanted_part = part(options.schema, options.table)
    with recorded(told, Job("restore", "", "dump", "", 0)) as outcome:
        dump = found(told, options.dump, options.database)
        name = options.name or dump.manifest.database
        wanted = Wanted(name, wanted_part, max(1, options.jobs), options.replace, options.owner)
        done = restore(told, dump, wanted, Progress())
        outcome.exit, outcome.more = 0, {"result": done.document()}
    replace(told.state / "restored.txt", str(done))
    print(json.dumps(done.document()) if options.json else done)
    return 0


def found(told: Described, named: str, database: str) -> Dump:
    """The dump that is named; raises `Refused`."""
    if "/" in named:
        return of(store.opened(Path(named)), database)
    if named != LATEST:
        return of(store.dump(told, named), database)
    known = [one for one in ordered(here.dumps(told)) if good(one) and one.manifest.database == database]
    if not known:
        hint = "`steward dump list` shows what is here; --database says of which"
        raise Refused("the restore", [Problem("dump", f"there is none of {database or 'no database'} here", hint)])
    whole = [one for one in known if one.manifest.content == "whole"]
    return (whole or known)[0]


def of(dump: Dump, database: str) -> Dump:
    """The dump, if it is of this database; an operator who names both is to mean the same."""
    if database not in ("", dump.manifest.database):
        hint = "leave --database out, or name another dump"
        raise Refused("the restore", [Problem(dump.id, f"is of {dump.manifest.database}, and not of {database}", hint)])
    return dump
