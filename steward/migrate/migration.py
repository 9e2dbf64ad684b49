"""A migration as its files say it, and the migrations of a folder. What their SQL holds is for `script`."""

from dataclasses import dataclass

from fleet.problem import Problem, Refused

from .checksum import checksum
from .filename import Name, Way


@dataclass(frozen=True)
class File:
    """`name` is the file's own, without its folder; `content` its bytes, valid UTF-8 without a NUL."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class Migration:
    """`checksum` is of the file that goes up: 48 bytes, as in sqlx's ledger."""

    version: int
    description: str
    up: File
    down: File | None
    checksum: bytes

    @property
    def label(self) -> str:
        return f"{self.version} {self.description}".rstrip()


def assemble(files: list[tuple[Name, File]], source: str) -> list[Migration]:
    """The migrations of a folder in the order of their versions; raises Refused with all that is wrong."""
    problems = list[Problem]()
    ups: dict[int, tuple[Name, File]] = {}
    downs: dict[int, tuple[Name, File]] = {}
    for name, file in sorted(files, key=lambda one: (one[0].version, one[1].name)):
        kept = downs if name.way is Way.DOWN else ups
        if name.version in kept:
            problems.append(_duplicate(name, file, kept[name.version][1]))
        kept.setdefault(name.version, (name, file))
    problems += [_unmatched(*downs[version], ups.get(version)) for version in downs if not _fits(ups.get(version))]
    if problems:
        raise Refused(source, problems)
    return [
        Migration(
            version, name.description, file, downs[version][1] if version in downs else None, checksum(file.content)
        )
        for version, (name, file) in sorted(ups.items())
    ]


def _fits(up: tuple[Name, File] | None) -> bool:
    return up is not None and up[0].way is Way.UP


def _duplicate(name: Name, file: File, other: File) -> Problem:
    return Problem(file.name, f"version {name.version} is also {other.name}", "give one of them a version of its own")


def _unmatched(name: Name, file: File, up: tuple[Name, File] | None) -> Problem:
    if up is None:
        return Problem(file.name, "this down has no up", f"add {name.version}_….up.sql, or remove the file")
    hint = f"rename it to end in {Way.UP.value}, or remove the down"
    return Problem(file.name, f"this down belongs to {up[1].name}, which says that it cannot be reverted", hint)
