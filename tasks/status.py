"""`make status`: how the clusters of an environment stand, as a page, or with `--json` as one document for CI.

It reads, and changes nothing anywhere. Exit codes (of this program: make turns every one but 0 into its own 2):

    0  good        1  something is late or broken        2  could not look        130  interrupted
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict

import pyinfra_cli  # noqa: F401  it lets connections wait for each other, and must do so before they are imported

from fleet.problem import Problem, Refused
from fleet.status import UNSEEN, Status, merged, page

from .look import look

CODES = {"good": 0, "note": 0, UNSEEN: 2}


def main(arguments: list[str]) -> int:
    """Looks, prints, and returns the exit code."""
    options = parser().parse_args(arguments)
    now = int(time.time())
    try:
        looked = look(options.inventory, options.limit)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return refuse(options, now)
    except SystemExit:  # the inventory said what is wrong with the environment
        return refuse(options, now)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        hint = "this is a fault of pgsteward's own: tell its maintainers"
        print(Refused(options.inventory, [Problem("the look", f"ended with {error!r}", hint)]), file=sys.stderr)
        return refuse(options, now)
    status = merged(options.inventory, looked.clusters, looked.answers, now)
    say(options, status)
    return CODES.get(status.state, 1)


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m tasks.status", description="how the clusters stand")
    whole.add_argument("inventory", help="such as inventories/prod")
    whole.add_argument("--limit", action="append", default=[], help="a node, a cluster or a duty; may be repeated")
    whole.add_argument("--json", action="store_true", help="one JSON document")
    return whole


def refuse(options: argparse.Namespace, now: int) -> int:
    """What is printed where there was no host to look at: for CI a document all the same."""
    if options.json:
        say(options, merged(options.inventory, {}, {}, now))
    return CODES[UNSEEN]


def say(options: argparse.Namespace, status: Status) -> None:
    """Prints the page or the document; a reader that has seen enough is no error."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(status.at))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    text = json.dumps(asdict(status), indent=1) + "\n" if options.json else page(status, moment, colour)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
