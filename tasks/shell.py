"""Scripts of `templates/` as pyinfra commands.

A script's text travels on the command line, its secrets never: they go through standard input, which pyinfra
neither prints nor leaves in a process list. Before it stands what scripts have in common: how root touches what the
user postgres can get at, and how PostgreSQL is asked. What needs nothing of root's runs as postgres, as a whole.
"""

from functools import cache
from pathlib import Path

from pyinfra.api import QuoteString, StringCommand

from .upload import Lines

TEMPLATES = Path(__file__).parent.parent / "templates"
COMMON = ("sh/lib/touch.sh", "sh/lib/ask.sh")
AS_POSTGRES = ("setsid", "-w", "runuser", "-u", "postgres", "--")


@cache
def text(path: str) -> str:
    """The text of one file below `templates/`."""
    return (TEMPLATES / path).read_text(encoding="utf-8")


@cache
def whole(path: str) -> str:
    """A script below `templates/sh`, with what stands before each."""
    return "\n".join(text(one) for one in (*COMMON, path))


class Script(StringCommand):
    """A script with its arguments. `path`: below `templates/`; `words`: its arguments, quoted."""

    def __init__(self, user: tuple[str, ...], path: str, name: str, arguments: tuple[object, ...]) -> None:
        self.path = path
        self.words = [QuoteString(str(argument)) for argument in arguments]
        super().__init__(*user, "sh", "-c", QuoteString(whole(path)), name, *self.words)
        self.connector_arguments["_chdir"] = "/"


def script(name: str, *arguments: object, stdin: str | Lines | None = None) -> StringCommand:
    """`templates/sh/<name>.sh` with its arguments, run from / by the deploy's user, or as postgres."""
    theirs = f"sh/postgres/{name}.sh"
    user, path = (AS_POSTGRES, theirs) if (TEMPLATES / theirs).exists() else ((), f"sh/{name}.sh")
    command = Script(user, path, name, arguments)
    return command if stdin is None else fed(command, stdin)


def fed(command: StringCommand, stdin: str | Lines) -> StringCommand:
    """The same command with its standard input."""
    command.connector_arguments["_stdin"] = stdin
    return command
