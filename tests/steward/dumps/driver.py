"""`python -m tests.steward.dumps.driver send|get …`: what a host or an operator does, in a process that may be killed.

What it is told is on standard input. Parts are as small as a store allows, so that a small dump has several.
"""

import json
import sys
from pathlib import Path

from fleet.problem import Refused
from steward.dump import send
from steward.dump.away import upload
from steward.dump.away.opener import Age
from steward.dump.away.targets import targets_of
from steward.locked import Busy
from steward.progress import Progress
from tests.unit.steward.dump.world import told

PART = 5 << 20


def main(verb: str, *words: str) -> int:
    upload.PART = PART
    order = json.load(sys.stdin)
    [target] = targets_of({"encryption": order["encryption"], "targets": order["targets"]}, "main")
    try:
        if verb == "send":
            done = send.sent(told(Path(order["root"])), target, Progress())
            print(json.dumps({"sent": done.dumps, "problems": [str(one) for one in done.problems]}))
            return 1 if done.problems else 0
        id, into, identity = words
        print(target.get(id, Path(into), Age(Path(identity)), Progress()))
    except Busy:
        return 75
    except Refused as refusal:
        print(refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
