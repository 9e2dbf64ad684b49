"""Which entries of a dump pg_restore is to look at."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def using(lines: Iterable[str]) -> Iterator[str]:
    """The option that restricts pg_restore to these lines of a table of contents."""
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        yield f"--use-list={file.name}"
