"""One line of postgresql.conf, and why it is there."""

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
