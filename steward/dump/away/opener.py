"""Who opens what is sealed: a program that is given the sealed file and writes what was in it.

The private halves of the keys are where their owner keeps them; steward hands their paths on and reads none of them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Opener(Protocol):
    """Opens what was sealed with `suffix`. `said`: what opens it, for sentences."""

    @property
    def suffix(self) -> str: ...

    @property
    def said(self) -> str: ...

    def command(self, sealed: Path) -> list[str]:
        """The program that writes what was sealed to its standard output."""


@dataclass(frozen=True)
class Age:
    """The age program with a file of identities."""

    identity: Path
    suffix: str = "age"

    @property
    def said(self) -> str:
        return str(self.identity)

    def command(self, sealed: Path) -> list[str]:
        return ["age", "--decrypt", "--identity", str(self.identity), str(sealed)]


@dataclass(frozen=True)
class Gpg:
    """GnuPG with the keys of a home directory; its agent asks for a passphrase where there is one."""

    home: Path
    suffix: str = "gpg"

    @property
    def said(self) -> str:
        return f"the keys in {self.home}"

    def command(self, sealed: Path) -> list[str]:
        return ["gpg", "--homedir", str(self.home), "--quiet", "--output", "-", "--decrypt", str(sealed)]
