"""Nothing, on every host: what comes after starts when all that came before is done everywhere."""

from collections.abc import Iterator

from pyinfra.api import StringCommand, operation


@operation()
def barrier() -> Iterator[StringCommand]:
    yield from ()
