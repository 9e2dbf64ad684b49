"""`steward bucket check|create <cluster> <repository> --number N`: whether a repository's bucket is fit for backups.

What it needs, credentials among it, it reads from pgBackRest's own configuration: they are in that one file and on no
command line. It makes a bucket when told to, and never changes or empties one.
"""

import argparse
import json
import sys
from pathlib import Path

from ..s3.bucket import Bucket
from ..s3.trouble import Trouble
from .configuration import CONFIGURATION, bucket
from .report import Report, lifecycle, warnings
from .store import Store


def main(arguments: list[str]) -> int:
    """Exit codes: 0 the bucket is fit, 1 it is not (missing, denied, wrong), 2 the store could not be asked."""
    given = _parser().parse_args(arguments)
    report = Report(given.cluster, given.repository)
    try:
        found = bucket(_text(given.configuration), given.cluster, given.repository, given.number)
        report.of = found
        _ask(report, found, create=given.verb == "create", look=given.look)
    except Trouble as trouble:
        report.trouble = trouble
    if given.json:
        print(json.dumps(report.document()))
    else:
        print(report, file=sys.stderr if report.trouble else sys.stdout)
    return report.trouble.code if report.trouble else 0


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
    rules = store.rules()
    report.lifecycle = lifecycle(rules)
    report.warnings = tuple(warnings(rules or (), found))


def _text(path: Path) -> str:
    """pgBackRest's configuration; raises `Trouble`."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Trouble("unknown", f"{path} is not text", "deploy again: pgsteward writes this file") from None
    except OSError as error:
        what = f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}"
        raise Trouble("unknown", what, "run this as the user postgres, on a node that keeps this repository") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("steward bucket", description="Whether a repository's bucket is fit for backups.")
    parser.add_argument("verb", choices=("check", "create"), help="create makes the bucket first, where it is missing")
    parser.add_argument("cluster")
    parser.add_argument("repository")
    parser.add_argument("--number", type=int, required=True, metavar="N", help="pgBackRest's number of the repository")
    parser.add_argument("--json", action="store_true", help="one line for programs")
    parser.add_argument("--look", action="store_true", help="only look: no object is written, not even for a moment")
    parser.add_argument("--configuration", type=Path, default=CONFIGURATION, metavar="FILE", help=argparse.SUPPRESS)
    return parser
