"""`python -m tasks.unseal IDENTITY FILE`: writes what the file sealed with age holds to standard output.

As the age program does on a host, by the library that the project's environment has: an operator's machine needs no
program. A process of its own, so that long work in it does not stop pyinfra's.
"""

import sys
from pathlib import Path

from fleet.problem import Refused

from .secrets import age


def main(identity: str, path: str) -> int:
    try:
        with Path(path).open("rb") as sealed:
            age.opened(sealed, sys.stdout.buffer, Path(identity), path)
        sys.stdout.buffer.flush()
    except Refused as refusal:
        print(*(f"{one.where} {one.what}" for one in refusal.problems), sep="\n", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads has seen enough
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
