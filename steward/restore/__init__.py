"""`steward restore …`: what was lost comes back, and it is proved that it did.

plan      what would be restored, from where; refused with the window that there is
beside    into a new directory and server on this node; production is not touched
fetch     into the cluster's own data directory, which must be stopped and empty, for a plan on standard input
table     one table, out of a server beside, into the running database as `restored.<table>`
standby   into this node's data directory, as a standby; exit code 3 where no backup leads to the primary
prove     waits until the server on that data directory has left recovery, and proves where it is
list      what earlier restores have left on this node
tidy      stops and removes what one of them has left
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

from ..cluster import Described, Job, described
from ..records import recorded, replace
from ..server import connect
from .beside import beside
from .fetch import fetch, forget_recovery, quieten, replaceable
from .instance import PLACE, Instance, recovered
from .plan import Plan, plan
from .proof import Proof, proof
from .reload import reloaded
from .standby import standby
from .table import parsed, table
from .target import add_arguments, target

NO_WAY = 3
TIMED = "restore-timed.json"


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    told = described(options.cluster)
    verb: Callable[[Described, argparse.Namespace], int] = options.verb
    return verb(told, options)


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="steward restore", description=__doc__.partition("\n")[0] if __doc__ else "")
    verbs = whole.add_subparsers(required=True, metavar="VERB")
    for name, verb in VERBS.items():
        one = verbs.add_parser(name)
        one.set_defaults(verb=verb)
        one.add_argument("cluster")
        if name == "table":
            one.add_argument("table", help="database.schema.table")
        if name in ("plan", "beside", "table"):
            one.add_argument("--repository", default="", help="the first that leads there, if none is named")
            one.add_argument("--json", action="store_true")
            add_arguments(one)
        if name == "plan":
            one.add_argument("--in-place", action="store_true", help="whether the data could be put aside for it, too")
        if name == "beside":
            one.add_argument("--directory", type=Path)
            one.add_argument("--database", action="append", default=[], help="this one alone; may be repeated")
        if name == "tidy":
            one.add_argument("name", help="the directory's name, as list shows it")
    return whole


def do_plan(told: Described, options: argparse.Namespace) -> int:
    found = plan(told, target(options), options.repository)
    if options.in_place:
        replaceable(told, found)
    if options.json:
        print(json.dumps(found.document()))
    else:
        print(f"{found.said}: from {found.repository}, backup {found.backup}, along timeline {found.timeline}")
    return 0


def do_beside(told: Described, options: argparse.Namespace) -> int:
    with recorded(told, Job("restore", options.repository, "beside", "", 0)) as outcome:
        wanted = plan(told, target(options), options.repository)
        found = beside(told, wanted, options.directory, tuple(options.database))
        outcome.exit, outcome.more = 0, {"result": found.document()}
    report(told, str(found), found.document() if options.json else None)
    return 0


def do_table(told: Described, options: argparse.Namespace) -> int:
    with recorded(told, Job("restore", options.repository, "table", "", 0)) as outcome:
        named = parsed(options.table)
        found = table(told, plan(told, target(options), options.repository), named)
        outcome.exit, outcome.more = 0, {"result": {"table": options.table, "rows": found.rows}}
    report(told, str(found))
    return 0


def do_standby(told: Described, options: argparse.Namespace) -> int:
    with recorded(told, Job("restore", "", "standby", "", 0)) as outcome:
        found = standby(told)
        outcome.exit, outcome.more = 0, {"backup": found}
    return 0 if found else NO_WAY


def do_fetch(told: Described, options: argparse.Namespace) -> int:
    if (told.data / "postmaster.pid").exists():
        raise Refused("the restore", [Problem(str(told.data), "is in use", "stop the server first")])
    wanted, begin = Plan(**json.load(sys.stdin)), time.time()
    fetch(told, wanted, told.data)
    if told.read_only:
        quieten(told, told.data)
    replace(told.state / TIMED, json.dumps({"begin": begin, "fetched": time.time(), "plan": wanted.document()}))
    return 0


def do_prove(told: Described, options: argparse.Namespace) -> int:
    log = Path(f"/var/log/postgresql/postgresql-{told.version}-{told.cluster}.log")
    wanted = Plan(**json.load(sys.stdin))
    recovered(told, told.data, lambda: connect(told.port), log)
    over = time.time()
    with connect(told.port) as link:
        found = proof(link, wanted)
        timed(told, link, over, found)
        forget_recovery(told.data)
        reloaded(link)
    report(told, f"restored to {wanted.said} from {wanted.repository}, backup {wanted.backup}\n{found}")
    return 0


def timed(told: Described, link: Any, recovered: float, found: Proof) -> None:
    """Keeps the moments of a restore in place, for a drill to read."""
    row = link.execute("select extract(epoch from pg_postmaster_start_time())::float as started").fetchone()
    path = told.state / TIMED
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    replace(path, json.dumps({**before, **row, "recovered": recovered, "newest": found.newest}))


def do_list(told: Described, options: argparse.Namespace) -> int:
    for path in left(told):
        print(path.name)
    return 0


def do_tidy(told: Described, options: argparse.Namespace) -> int:
    found = [path for path in left(told) if path.name == options.name]
    if not found:
        known = ", ".join(path.name for path in left(told)) or "nothing"
        raise Refused("tidy", [Problem(options.name, "is nothing that a restore has left here", f"there is {known}")])
    Instance(told, found[0], 0).remove()
    return 0


def report(told: Described, text: str, document: "dict[str, Any] | None" = None) -> None:
    """Says what came of it, and keeps it for a deploy to say on the operator's machine."""
    replace(told.state / "restored.txt", text)
    print(json.dumps(document) if document else text)


def left(told: Described) -> list[Path]:
    """What earlier restores of this cluster have left on this node: servers beside, and data that was put aside."""
    found = [*PLACE.glob(f"{told.cluster}-*"), *told.data.parent.glob(f"{told.data.name}.before-*")]
    return sorted(path for path in found if any(path.iterdir()))


VERBS = {
    "plan": do_plan,
    "beside": do_beside,
    "table": do_table,
    "standby": do_standby,
    "fetch": do_fetch,
    "prove": do_prove,
    "list": do_list,
    "tidy": do_tidy,
}
