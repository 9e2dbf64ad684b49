"""`steward isolated serve <unit>`: a server that knows an owner's code, as a user of its own and shut in.

systemd begins it as root, once for each request on the socket that only postgres may open (pgsteward-isolated.socket).
Whoever asks hands over a directory, as a descriptor, in which a server that was stopped has left its data; it runs
there as a user that exists for that alone, sees nothing else of this host, and is gone with whoever asked.
"""

import sys

from .broker import serve


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] != "serve":
        print("usage: steward isolated serve <unit>", file=sys.stderr)
        return 1
    return serve(arguments[1])
