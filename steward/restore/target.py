"""PURE: where a restore is to land, as an operator writes it and as pgBackRest wants it."""

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from fleet.problem import Problem, Refused

from ..chain import wal

KINDS = ("time", "lsn", "xid", "name", "set", "end")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d{1,6})? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)", re.I | re.A)
FARTHEST = timedelta(hours=16)
"""No offset is so large: PostgreSQL would refuse it, too."""
EXAMPLES = {"time": "2026-11-21 12:00:00+00", "lsn": "0/3000148", "xid": "7423", "set": "20261121-010000F"}
YES, NO = ("yes", "true"), ("", "no", "false")


@dataclass(frozen=True)
class Target:
    """Where to land. `timeline` 0: the newest. `exclusive`: just before the target, and not just after it."""

    kind: str = "end"
    value: str = ""
    timeline: int = 0
    exclusive: bool = False

    @property
    def moment(self) -> datetime:
        """The target of kind `time`, in UTC."""
        return parse_moment(self.value)

    @property
    def position(self) -> int:
        """The target of kind `lsn`, in bytes."""
        return wal.parse_lsn(self.value)

    def __str__(self) -> str:
        before = "just before " if self.exclusive else ""
        return "the end of the archive" if self.kind == "end" else f"{before}{self.kind} {self.value}"


def parse_moment(text: str) -> datetime:
    """A moment with its offset, such as `2026-11-21 12:00:00+00`, in UTC; raises ValueError."""
    found = MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a moment with its offset")
    day, minute, second, fraction, offset = found.groups()
    moment = datetime.fromisoformat(f"{day} {minute}{second or ':00'}{(fraction or '.0').ljust(7, '0')}")
    try:
        return (moment - shift(offset)).replace(tzinfo=timezone.utc)
    except OverflowError:
        raise ValueError(f"{text!r} is not within the years that there are") from None


def shift(offset: str) -> timedelta:
    """What an offset such as `+01`, `-0330` or `Z` is ahead of UTC; raises ValueError."""
    if offset.upper() in ("Z", "UTC"):
        return timedelta(0)
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead >= FARTHEST or int(digits[2:]) >= 60:
        raise ValueError(f"{offset} is not an offset")
    return -ahead if offset[0] == "-" else ahead


def add_arguments(parser: ArgumentParser) -> None:
    """The options that say where to land."""
    parser.add_argument("--time", help="a moment with its offset: '2026-11-21 12:00:00+00'")
    parser.add_argument("--lsn", help="a position in the log: 0/3000148")
    parser.add_argument("--xid", help="a transaction's number")
    parser.add_argument("--name", help="a restore point, made by pg_create_restore_point")
    parser.add_argument("--set", help="a backup's label: as it was when that backup ended")
    parser.add_argument("--end", action="store_true", help="the end of the archive; so without any other")
    parser.add_argument("--timeline", type=int, default=0, help="another than the newest")
    parser.add_argument("--exclusive", action="store_true", help="just before the target")


def target(options: Namespace) -> Target:
    """The target that the options name; raises `Refused` with everything that is wrong with it."""
    names = (*KINDS, "timeline", "exclusive")
    found = {name: getattr(options, name) for name in names}
    return target_of({name: str(value) for name, value in found.items() if value not in (None, False)})


def target_of(given: Mapping[str, str]) -> Target:
    """The target in words by their names; raises `Refused` with everything that is wrong with it.

    A name without a value is refused: an empty variable in a command must not mean the end of the archive.
    """
    kinds = [kind for kind in KINDS if kind in given] or ["end"]
    kind, value = kinds[0], given.get(kinds[0], "").strip()
    word, timeline = given.get("exclusive", "").lower(), given.get("timeline", "0")
    exclusive = word in YES
    problems = list(_problems(kinds, kind, value, exclusive, timeline))
    if word not in (*YES, *NO):
        problems.append(Problem("exclusive", f"{word!r} is neither yes nor no", "write exclusive=yes, or leave it out"))
    if problems:
        raise Refused("the target", problems)
    return Target(kind, "" if kind == "end" else value, int(timeline), exclusive)


def _problems(kinds: list[str], kind: str, value: str, exclusive: bool, timeline: str) -> Iterator[Problem]:
    if len(kinds) > 1:
        yield Problem("target", f"{' and '.join(kinds)} name more than one", "name one of them")
    if not _number(timeline):
        yield Problem("timeline", f"{timeline!r} is not a timeline's number", "write timeline=2, or leave it out")
    try:
        if kind == "time":
            parse_moment(value)
        elif kind == "lsn":
            wal.parse_lsn(value)
        elif kind == "xid" and not _number(value):
            raise ValueError(f"{value!r} is not a transaction's number")
        elif kind in ("name", "set") and not value:
            raise ValueError("is empty")
    except ValueError as error:
        yield Problem(kind, str(error), f"write {kind}='{EXAMPLES.get(kind, '…')}'")
    if exclusive and kind not in ("time", "lsn", "xid"):
        yield Problem("exclusive", f"means nothing for {kind}", "name a time, an lsn or an xid with it")


def _number(text: str) -> bool:
    return re.fullmatch("[0-9]+", text) is not None
