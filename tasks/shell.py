"""Scripts of `templates/` as pyinfra commands.

A script's text travels on the command line, its secrets never: they go through standard input, which pyinfra
neither prints nor leaves in a process list.
"""

from functools import cache
from pathlib import Path

from pyinfra.api import QuoteString, StringCommand

from .upload import Lines

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def text(path: str) -> str:
    """The text of one file below `templates/`."""
    return (TEMPLATES / path).read_text(encoding="utf-8")


def script(name: str, *arguments: object, stdin: str | Lines | None = None) -> StringCommand:
    """`templates/sh/<name>.sh` with its arguments, run from / by the deploy's user."""
    words = [QuoteString(str(argument)) for argument in arguments]
    command = StringCommand("sh", "-c", QuoteString(text(f"sh/{name}.sh")), name, *words)
    if stdin is not None:
        command.connector_arguments["_stdin"] = stdin
    command.connector_arguments["_chdir"] = "/"
    return command
