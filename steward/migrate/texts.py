"""The SQL that lies beside the code. Read as a resource: on a host the package is one zip file."""

from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    """What `<name>.sql` says."""
    return (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")
