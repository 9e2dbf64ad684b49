"""`steward status <cluster>`: how this node stands now, as one line of JSON. It changes nothing."""

import json
import sys

from .cluster import described
from .document import document
from .look import look


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: steward status <cluster>", file=sys.stderr)
        return 1
    print(json.dumps(document(look(described(arguments[0])))))
    return 0
