"""SQL as files, read out of whatever this program came in: a directory or one zip file."""

from functools import cache
from importlib.resources import files


@cache
def sql(name: str) -> str:
    """The text of `<name>.sql`."""
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def statements(name: str) -> list[str]:
    """The same one by one, where each is to be a transaction of its own; a semicolon ends a line nowhere else."""
    return [one for one in sql(name).split(";\n") if one.strip()]
