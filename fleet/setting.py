"""One line of postgresql.conf, why it is there, and how its value is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A PostgreSQL setting: its name, its value as text without quotes, and the reason in one sentence.

    `chapter` groups settings in the file on the host. `declared` says that a person chose the value.
    """

    name: str
    value: str
    why: str
    chapter: str
    declared: bool = False


def quoted(value: str) -> str:
    """The value as postgresql.conf holds it: in quotes, where backslashes and quotes are doubled."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def values(text: str) -> dict[str, str]:
    """The settings that a file of ours holds, by name: what `quoted` wrote, read back."""
    lines = (line.split(" = ", 1) for line in text.splitlines() if " = " in line and not line.startswith("#"))
    return {name: value[1:-1].replace("''", "'").replace("\\\\", "\\") for name, value in lines}
