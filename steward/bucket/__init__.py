"""`steward bucket check|create <cluster> <name>`: whether the bucket of a repository, or of a target for dumps, is fit.

What it needs, credentials among it, it reads from pgBackRest's own configuration (`--number N`) or from targets.json
(`--target`): they are in these files and on no command line. It makes a bucket when told to, and never changes or
empties one.
"""

import argparse
import json
import sys
from pathlib import Path

from ..cluster import ROOT
from ..s3.bucket import Bucket
from ..s3.trouble import Trouble
from . import target
from .configuration import CONFIGURATION, bucket
from .report import Report, lifecycle, warnings
from .store import Store


def main(arguments: list[str]) -> int:
    """Exit codes: 0 the bucket is fit, 1 it is not (missing, denied, wrong), 2 the store could not be asked."""
    given = _parser().parse_args(arguments)
    report = Report(given.cluster, given.repository)
    try:
        found = _bucket(given)
        report.of = found
        _ask(report, found, create=given.verb == "create", look=given.look)
    except Trouble as trouble:
        report.trouble = trouble
    if given.json:
        print(json.dumps(report.document()))
    else:
        print(report, file=sys.stderr if report.trouble else sys.stdout)
    return report.trouble.code if report.trouble else 0


def _bucket(given: argparse.Namespace) -> Bucket:
    """The bucket that is asked about; raises `Trouble`."""
    if given.target:
        known = _text(given.configuration or ROOT / given.cluster / "targets.json")
        return target.bucket(known, given.cluster, given.repository)
    return bucket(_text(given.configuration or CONFIGURATION), given.cluster, given.repository, given.number)


def _ask(report: Report, found: Bucket, create: bool, look: bool) -> None:
    """Fills in the report; raises `Trouble`."""
    store = Store(found)
    if create:
        report.made = store.make()
    store.list()
    if not look:
        store.write()
        report.written = True
    report.versioning = store.versioning()
    report.lock = store.lock()
    if found.locked and report.lock == "off":
        hint = "a bucket has it from its making on: name another, or remove `lock`"
        raise Trouble("refused", "was made without object lock, which is declared", hint)
    rules = store.rules()
    report.lifecycle = lifecycle(rules)
    report.warnings = tuple(warnings(rules or (), found))


def _text(path: Path) -> str:
    """A file that a deploy wrote; raises `Trouble`."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Trouble("unknown", f"{path} is not text", "deploy again: pgsteward writes this file") from None
    except OSError as error:
        what = f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}"
        hint = "run this as the user postgres, on a node that keeps this repository, or sends dumps there"
        raise Trouble("unknown", what, hint) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("steward bucket", description="Whether a bucket is fit for backups or dumps.")
    parser.add_argument("verb", choices=("check", "create"), help="create makes the bucket first, where it is missing")
    parser.add_argument("cluster")
    parser.add_argument("repository", help="or the target")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--number", type=int, metavar="N", help="pgBackRest's number of the repository")
    which.add_argument("--target", action="store_true", help="it is a target for dumps, and no repository")
    parser.add_argument("--json", action="store_true", help="one line for programs")
    parser.add_argument("--look", action="store_true", help="only look: no object is written, not even for a moment")
    parser.add_argument("--configuration", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    return parser
