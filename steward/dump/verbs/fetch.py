"""A dump comes back from a target, opened, every sum compared; without an id what there is is listed."""

import argparse
from pathlib import Path

from fleet.problem import Problem, Refused

from ...cluster import Described
from ...progress import Progress
from ..away.opener import Age, Gpg, Opener
from ..away.targets import named, targets
from ..fetch import LATEST, fetch, listing
from ..owner import me


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", default="", help=f"a dump's, or {LATEST}; without it, what there is is listed")
    parser.add_argument(
        "--from", dest="source", default="", metavar="TARGET", help="the first that has it, if not told"
    )
    parser.add_argument("--database", default="", help=f"of which {LATEST} is wanted, or those that are listed")
    parser.add_argument("--into", type=Path, default=Path(), metavar="DIRECTORY", help="where it is to be put")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--identity", type=Path, metavar="FILE", help="of age, that opens what was sealed to it")
    key.add_argument("--gpg-home", type=Path, metavar="DIRECTORY", help="of GnuPG, with the private key")


def run(told: Described, options: argparse.Namespace) -> int:
    found = targets(told)
    wanted = [named(found, options.source, told.cluster)] if options.source else found
    if not wanted:
        hint = f"declare clusters.{told.cluster}.dumps.targets in the environment file, and deploy"
        raise Refused(told.cluster, [Problem("targets", "there are none", hint)])
    if not options.id:
        print("\n".join(listing(wanted, options.database, me(told))))
        return 0
    opener: Opener | None = Age(options.identity) if options.identity else None
    opener = Gpg(options.gpg_home) if options.gpg_home else opener
    print(fetch(wanted, me(told), options.id, options.database, options.into, opener, Progress()))
    return 0
