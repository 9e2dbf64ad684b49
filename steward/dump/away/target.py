"""What every target can do, whatever it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...cluster import Retention
from ...progress import Progress
from ..manifest import Manifest
from ..owner import Owner
from ..verified import Verified
from .opener import Opener


@dataclass(frozen=True)
class Kept:
    """A dump that is at a target, whole. `size`: the bytes that it takes there. `verified`: of what lies there."""

    manifest: Manifest
    verified: Verified | None
    size: int

    @property
    def id(self) -> str:
        return self.manifest.id


class Target(Protocol):
    """A place for dumps. Every method raises `Refused` where the place does not do it."""

    @property
    def name(self) -> str: ...

    @property
    def retention(self) -> Retention: ...

    def owner(self) -> Owner | None:
        """Whose it says it is; None where it does not say."""

    def own(self, owner: Owner) -> None:
        """It says so from now on."""

    def listed(self, known: Iterable[Kept] = ()) -> list[Kept]:
        """The dumps that are there and whole. What is `known` need not be read again."""

    def send(self, directory: Path, staging: Path, progress: Progress) -> None:
        """The dump in `directory` is there when this returns, and not visible before it is whole. What was sent before
        this was interrupted is not sent again; `staging` is where that is remembered."""

    def get(self, id: str, into: Path, opener: Opener | None, progress: Progress) -> Path:
        """The dump as a directory in `into`, every sum compared; what arrived before is not fetched again."""

    def check(self, id: str, progress: Progress) -> list[str]:
        """Reads what lies there, and tells what is wrong with it."""

    def mark(self, id: str, verified: Verified) -> None:
        """Keeps beside the dump what a verification found."""

    def remove(self, id: str) -> bool:
        """The dump is gone; False where a lock holds it still."""

    def tidy(self, now: float) -> list[str]:
        """Removes what interrupted work has left there for good, and tells what that was."""

    def forget(self, staging: Path, id: str) -> None:
        """What was begun of a dump that is not wanted there any more is thrown away, there and in `staging`."""
