"""One line of postgresql.conf, and why it is there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A PostgreSQL setting: its name, its value as text without quotes, and the reason in one sentence.

    `chapter` groups settings in the file on the host.
    """

    name: str
    value: str
    why: str
    chapter: str
