"""SQL as files, read out of whatever this program came in: a directory or one zip file."""

from functools import cache
from importlib.resources import files


@cache
def sql(name: str) -> str:
    """The text of `<name>.sql`."""
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
