"""A problem that still knows its place, so that those that only follow from others can be left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..problem import Problem, path

Path = tuple[str | int, ...]
ANY = "*"


@dataclass(frozen=True)
class Finding:
    """What is wrong at `where`, and what to do.

    `needs` are the places that the finding is drawn from (`*` stands for any key): when one of them is itself
    wrong, the finding says nothing and is dropped.
    """

    where: Path
    what: str
    hint: str
    needs: tuple[Path, ...] = ()

    def depends_on(self, places: Iterable[Path]) -> bool:
        """Whether one of `places`, or what is below it, is what this finding is drawn from."""
        return any(_holds(place, need) for place in places for need in (self.where, *self.needs))

    def problem(self, lines: Mapping[Path, int]) -> Problem:
        return Problem(path(*self.where) or "the file", self.what, self.hint, line_of(self.where, lines))


def line_of(where: Path, lines: Mapping[Path, int]) -> int:
    """The line of `where`, or of the nearest place around it that has one; 0 for the whole file."""
    for length in range(len(where), 0, -1):
        if where[:length] in lines:
            return lines[where[:length]]
    return 0


def _holds(place: Path, need: Path) -> bool:
    return len(place) <= len(need) and all(there in (here, ANY) for here, there in zip(place, need, strict=False))
