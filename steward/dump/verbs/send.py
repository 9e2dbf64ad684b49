"""What waits here goes to its targets, and there goes what they no longer keep. Nothing that waits costs nothing."""

import argparse

from ...cluster import Described
from ..send import send


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", default="", help="this one alone")


def run(told: Described, options: argparse.Namespace) -> int:
    return send(told, options.target)
