"""What a dump says of itself: `manifest.json`, written last. A dump without one does not exist.

What is read here may have been damaged, or written by whoever can write to a store: nothing in it is believed that
has not the right shape, and no name of a file in it leads out of the dump's directory.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from fleet.problem import Problem, Refused

from .names import LATEST, PARTS, WHOLE, Name, name

FORMAT = 1
FILE = "manifest.json"
KINDS = ("directory", "custom")
DUTIES = ("primary", "standby")
HASH = re.compile(r"[0-9a-f]{64}")
LSN = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
COMPRESSION = re.compile(r"none|(gzip|zstd):[0-9]{1,2}")
MAJOR = re.compile(r"[0-9]{1,3}(?![0-9])")
LARGEST = 1 << 63


@dataclass(frozen=True)
class File:
    """A file of the dump: bytes, and SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Sealed:
    """The one encrypted file as which a dump lies at a target."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One dump. Sizes are bytes, `begin` and `end` seconds of the epoch, `seconds` durations by phase.

    `rows` by table, counted in the dump's own snapshot; `left_out`: tables whose rows it has not, and why not;
    `unvalidated`: constraints that were `not valid` in the database itself.
    At a target `rows`, `left_out` and `files` are inside of what is sealed: None in what lies beside it. `locale`:
    what a database has to be made with to hold it, by PostgreSQL's own words (`provider`, `collate`, `ctype`, …).
    """

    id: str
    sequence: int
    cluster: str
    node: str
    duty: str
    system: str
    timeline: int
    lsn: str
    database: str
    content: str
    tables: tuple[str, ...]
    without: tuple[str, ...]
    without_rows: tuple[str, ...]
    begin: int
    end: int
    seconds: Mapping[str, float]
    server_version: str
    pg_dump: str
    kind: str
    compression: str
    jobs: int
    owner: str
    encoding: str
    collation: str
    extensions: Mapping[str, str]
    size: int
    database_size: int
    passwords: bool
    large_objects: int = 0
    unvalidated: tuple[str, ...] = ()
    rows: Mapping[str, int] | None = None
    left_out: Mapping[str, str] | None = None
    files: Mapping[str, File] | None = None
    sealed: Sealed | None = None
    locale: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def name(self) -> Name:
        return name(self.id)

    @property
    def scope(self) -> tuple[str, ...]:
        """What the dump is of. Only one of the same scope can take its place."""
        return scope(self.database, self.content, self.tables, self.without, self.without_rows)

    @property
    def version(self) -> int:
        """The server's major version."""
        return int(MAJOR.match(self.server_version)[0])  # type: ignore[index]

    @property
    def position(self) -> int:
        """Where the dump's snapshot is in the log."""
        high, low = self.lsn.split("/")
        return (int(high, 16) << 32) + int(low, 16)

    def document(self) -> dict[str, Any]:
        """As JSON has it; `parse` reads it."""
        found = {"format_version": FORMAT, **asdict(self)}
        said = {key: value for key, value in found.items() if value is not None}
        return {**said, "sum": total(said)}

    def brief(self) -> "Manifest":
        """Without what is known of each table and each file."""
        return replace(self, rows=None, left_out=None, files=None, unvalidated=())

    def outside(self, sealed: Sealed) -> "Manifest":
        """What may be read at a target without a key: no table's name, and no file's."""
        return replace(self.brief(), sealed=sealed)

    def __str__(self) -> str:
        return json.dumps(self.document(), indent=1)


def scope(database: str, content: str, *chosen: tuple[str, ...]) -> tuple[str, ...]:
    """What a dump is of: a database, of it this, and of that the tables that the patterns leave."""
    return (database, content, *(json.dumps(one) for one in chosen))


def parse(text: "str | bytes", source: str = FILE) -> Manifest:
    """The manifest in the text; raises `Refused` with everything that is wrong with it."""
    try:
        seen = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(source, [Problem("the manifest", "is not JSON", HINT)]) from None
    if not isinstance(seen, dict):
        raise Refused(source, [Problem("the manifest", "is not an object", HINT)])
    version = seen.get("format_version")
    if version != FORMAT or isinstance(version, bool):
        hint = "the dump was made by another pgsteward; read it with that one, or a newer one"
        raise Refused(source, [Problem("format_version", f"is {version!r}, and not {FORMAT}", hint)])
    problems = list(wrong(seen))
    if not problems and seen.get("sum") != total(seen):
        problems.append(Problem("sum", "is not that of what it says", HINT))
    if problems:
        raise Refused(source, problems)
    return built(seen)


HINT = "it was cut short, or damaged: the dump is to be fetched again, or thrown away"


def wrong(seen: Mapping[str, Any]) -> Iterator[Problem]:
    """Everything in the document that does not have its shape."""
    bad = [key for key, shaped in SHAPES.items() if not shaped(seen.get(key, MISSING))]
    yield from (Problem(key, "is missing" if key not in seen else "is not what it should be", HINT) for key in bad)
    if not bad:
        said = name(seen["id"])
        if (said.database, said.content) != (seen["database"], seen["content"]):
            yield Problem("id", f"{seen['id']} is not of {seen['content']} {seen['database']}", HINT)
        if seen.get("files") is not None and sum(one["size"] for one in seen["files"].values()) != seen["size"]:
            yield Problem("size", "is not the sum of its files' sizes", HINT)


def total(seen: Mapping[str, Any]) -> str:
    """SHA-256 of all that a document says, its own `sum` apart: so that a flipped bit in it is seen, too."""
    said = {key: value for key, value in seen.items() if key != "sum"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def built(seen: Mapping[str, Any]) -> Manifest:
    known = {one.name: seen[one.name] for one in fields(Manifest) if seen.get(one.name) is not None}
    for key in ("tables", "without", "without_rows", "unvalidated"):
        known[key] = tuple(known.get(key, ()))
    if "files" in known:
        known["files"] = {path: File(one["size"], one["sha256"]) for path, one in known["files"].items()}
    if "sealed" in known:
        known["sealed"] = Sealed(**{key: known["sealed"][key] for key in ("name", "size", "sha256")})
    return Manifest(**known)


Shaped = Callable[[Any], bool]
MISSING = object()


def text(value: Any) -> bool:
    return isinstance(value, str)


def named(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and "\0" not in value


def count(value: Any) -> bool:
    return type(value) is int and 0 <= value < LARGEST


def moment(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LATEST


def duration(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < LARGEST


def one_of(*known: str) -> Shaped:
    return lambda value: isinstance(value, str) and value in known


def matching(pattern: "re.Pattern[str]") -> Shaped:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def many(shaped: Shaped) -> Shaped:
    return lambda value: isinstance(value, list) and all(map(shaped, value))


def by_name(shaped: Shaped) -> Shaped:
    return lambda value: isinstance(value, dict) and all(map(shaped, value.values()))


def optional(shaped: Shaped) -> Shaped:
    return lambda value: value is MISSING or value is None or shaped(value)


def identified(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(name(value))
    except Refused:
        return False


def version(value: Any) -> bool:
    return isinstance(value, str) and MAJOR.match(value) is not None


def inside(path: Any) -> bool:
    """Whether a path stays below the directory that it is relative to, and is written in one way only."""
    plain = isinstance(path, str) and path not in ("", ".") and "\0" not in path
    return plain and not path.startswith("/") and ".." not in path.split("/") and str(PurePosixPath(path)) == path


def filed(value: Any) -> bool:
    """A size and a hash."""
    known = isinstance(value, dict) and "size" in value and "sha256" in value
    return known and count(value["size"]) and matching(HASH)(value["sha256"])


def files(value: Any) -> bool:
    return isinstance(value, dict) and all(inside(path) and path != FILE for path in value) and by_name(filed)(value)


def sealed(value: Any) -> bool:
    return filed(value) and inside(value.get("name")) and "/" not in value["name"]


SHAPES: dict[str, Shaped] = {
    "id": identified,
    "sequence": count,
    "cluster": named,
    "node": named,
    "duty": one_of(*DUTIES),
    "system": matching(re.compile(r"[0-9]{1,20}")),
    "timeline": count,
    "lsn": matching(LSN),
    "database": named,
    "content": one_of(WHOLE, *PARTS),
    "tables": many(named),
    "without": many(named),
    "without_rows": many(named),
    "begin": moment,
    "end": moment,
    "seconds": by_name(duration),
    "server_version": version,
    "pg_dump": text,
    "kind": one_of(*KINDS),
    "compression": matching(COMPRESSION),
    "jobs": count,
    "owner": named,
    "encoding": named,
    "collation": text,
    "extensions": by_name(text),
    "size": count,
    "database_size": count,
    "passwords": lambda value: isinstance(value, bool),
    "large_objects": optional(count),
    "unvalidated": optional(many(text)),
    "rows": optional(by_name(count)),
    "left_out": optional(by_name(text)),
    "files": optional(files),
    "sealed": optional(sealed),
    "locale": optional(by_name(text)),
}
