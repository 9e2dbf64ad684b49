"""This host's own directory of dumps as a place that belongs to somebody."""

from dataclasses import dataclass
from pathlib import Path

from fleet.problem import Problem, Refused

from ..cluster import Described
from . import owner as owners
from . import store
from .judge import HERE
from .owner import Owner, me, owned
from .store import Dump


@dataclass(frozen=True)
class Here:
    """The directory of one cluster's dumps."""

    directory: Path
    name: str = HERE

    def owner(self) -> Owner | None:
        path = self.directory / owners.FILE
        try:
            return owners.parse(path.read_bytes(), str(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            what = f"cannot be read: {(error.strerror or 'no reason given').lower()}"
            raise Refused(str(path), [Problem(owners.FILE, what, "run this as the user postgres")]) from None

    def own(self, owner: Owner) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        store.write(self.directory / owners.FILE, owner.text())


def claimed(told: Described) -> Owner:
    """Whose the directory is, which says so from now on; raises `Refused` for a stranger's."""
    return owned(Here(store.place(told)), me(told), lambda: store.dumps(told))


def owner(told: Described) -> Owner:
    """Whose the dumps here are that count: the cluster's own, also in a stranger's directory. Writes nothing; raises
    `Refused` where it cannot be read whose that is."""
    return owners.readable(Here(store.place(told)), me(told), store.dumps(told))


def dumps(told: Described) -> list[Dump]:
    """Those here that are the cluster's own. Where nobody knows which these are, all are."""
    known, found = owner(told), store.dumps(told)
    return owners.of(known, found) if known.systems else found
