"""`steward dump …`: logical dumps, each proven by restoring it.

take      dumps a database now; with --scheduled only where the primary of the moment has chosen this node
list      the dumps that are here, and what is known of them
verify    restores the newest ones, or the one that is named, on a server made for that alone
expire    what the retention does not keep goes; with --dry it is told, and stays
restore   a dump becomes a database: whole, one schema of it, or one table
send      what waits goes to its targets
fetch     a dump comes back from a target
own       whose the places are that dumps go to
"""

import argparse
import signal
from collections.abc import Callable
from importlib import import_module

from ..cluster import Described, described

VERBS = {
    "take": "steward.dump.verbs.take",
    "list": "steward.dump.verbs.list",
    "verify": "steward.dump.verbs.verify",
    "expire": "steward.dump.verbs.expire",
    "restore": "steward.dump.verbs.restore",
    "send": "steward.dump.verbs.send",
    "fetch": "steward.dump.verbs.fetch",
    "own": "steward.dump.verbs.own",
}


def main(arguments: list[str]) -> int:
    """Exit codes: those of all verbs; besides, of `verify`: 1 a dump is not sound."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, interrupted)
    verb: Callable[[Described, argparse.Namespace], int] = options.verb
    return verb(described(options.cluster), options)


def interrupted(number: int, frame: object) -> None:
    """A job that is told to end cleans up behind itself, as by Ctrl-C."""
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="steward dump", description=__doc__.partition("\n")[0] if __doc__ else "")
    verbs = whole.add_subparsers(required=True, metavar="{" + "|".join(VERBS) + "}")
    for name, path in VERBS.items():
        module = import_module(path)
        one = verbs.add_parser(name, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        one.add_argument("cluster")
        module.add_arguments(one)
        one.set_defaults(verb=module.run)
    return whole
