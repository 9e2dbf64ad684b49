"""A dump becomes a database: whole, one schema of it, or one table."""

import argparse

from ...cluster import Described


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dump")


def run(told: Described, options: argparse.Namespace) -> int:
    return 1
