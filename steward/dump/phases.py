"""How long each phase of a job took, for its record; what is done several times is added up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def phase(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Times what is done meanwhile, also where it fails."""
    begin = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = round(seconds.get(name, 0.0) + time.monotonic() - begin, 2)
