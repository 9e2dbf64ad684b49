"""What a server would be set to, and why, without a host: `make explain memory=16GB cpus=4 storage=ssd`.

Text in, text out. It refuses arguments that it does not know, all at once, and says which it assumed.
"""

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import cast, get_args

from .hardware import Hardware, Storage
from .problem import Problem, Refused
from .setting import Setting
from .size import about, parse_size, show_size
from .tuning import WORKLOADS, Tuning, Workload, tune
from .versions import POSTGRESQL

SOURCE = "explain"
WIDTH = 120
LONG = 13  # a longer value pushes its reason to the next line
REQUIRED = {"memory": "memory=16GB", "cpus": "cpus=4"}
ASSUMED = {"storage": "ssd", "disk": "100GB", "version": "17", "workload": "oltp", "standbys": "0"}
STORAGES: tuple[str, ...] = get_args(Storage)


@dataclass(frozen=True)
class Arguments:
    """What is to be explained; `assumed` are those that nobody gave, as `key=value`."""

    hardware: Hardware
    version: int
    workload: Workload
    connections: int | None
    standbys: int
    assumed: tuple[str, ...]


def parse_arguments(words: Sequence[str]) -> Arguments:
    """The arguments in `words` such as `memory=16GB`; raises `Refused` with every problem at once."""
    problems = list(_problems(words))
    if problems:
        raise Refused(SOURCE, problems)
    given = dict(word.split("=", 1) for word in words)
    found = ASSUMED | given
    return Arguments(
        hardware=Hardware(
            memory=parse_size(found["memory"]),
            cpus=_positive(found["cpus"]),
            storage=cast(Storage, found["storage"]),
            disk=parse_size(found["disk"]),
        ),
        version=int(found["version"]),
        workload=cast(Workload, found["workload"]),
        connections=_positive(found["connections"]) if "connections" in found else None,
        standbys=_number(found["standbys"]),
        assumed=tuple(f"{key}={value}" for key, value in ASSUMED.items() if key not in given),
    )


def explain(arguments: Arguments) -> str:
    """Every setting by chapter with its value and its reason, then the budgets; raises `Refused` as `tune` does."""
    tuning = tune(
        arguments.hardware,
        arguments.version,
        arguments.workload,
        arguments.connections,
        standbys=arguments.standbys,
    )
    parts = [_head(arguments), *_chapters(tuning.settings), _budgets(tuning), *_advice(tuning)]
    return "\n\n".join(parts) + "\n"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _positive(text: str) -> int:
    number = _number(text)
    if number < 1:
        raise ValueError(f"{text} is less than 1")
    return number


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"{text!r} is none of {', '.join(words)}")
        return text

    return read


READERS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "memory": (parse_size, "write a size such as memory=16GB"),
    "cpus": (_positive, "write a number such as cpus=4"),
    "storage": (_one_of(STORAGES), f"write storage= and one of {', '.join(STORAGES)}"),
    "disk": (parse_size, "write the size of the filesystem that holds the WAL, such as disk=100GB"),
    "version": (
        _one_of([str(version) for version in POSTGRESQL]),
        f"write version= and one of {', '.join(str(version) for version in POSTGRESQL)}",
    ),
    "workload": (_one_of(WORKLOADS), f"write workload= and one of {', '.join(WORKLOADS)}"),
    "connections": (_positive, "write a number such as connections=200"),
    "standbys": (_number, "write a number such as standbys=2"),
}


def _problems(words: Sequence[str]) -> Iterator[Problem]:
    """Everything that is wrong with the arguments."""
    keys = [word.partition("=")[0] for word in words]
    for place, (word, key) in enumerate(zip(words, keys, strict=True)):
        problem = _misplaced(word, key, keys[:place]) or _unreadable(key, word.partition("=")[2])
        if problem:
            yield problem
    for key, example in REQUIRED.items():
        if key not in keys:
            yield Problem(key, "is missing", f"write {example}")


def _misplaced(word: str, key: str, earlier: Sequence[str]) -> Problem | None:
    if "=" not in word:
        return Problem(word, "is no argument", "write key=value, such as memory=16GB")
    if key not in READERS:
        close = get_close_matches(key, READERS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(READERS)}"
        return Problem(key, "is no argument", hint)
    return Problem(key, "is given twice", "write it once") if key in earlier else None


def _unreadable(key: str, text: str) -> Problem | None:
    read, hint = READERS[key]
    try:
        read(text)
    except ValueError as error:
        return Problem(key, str(error), hint)
    return None


def _head(arguments: Arguments) -> str:
    hardware = arguments.hardware
    cpus = f"{hardware.cpus} CPU{'s' if hardware.cpus > 1 else ''}"
    standbys = f"{arguments.standbys} standby{'s' if arguments.standbys != 1 else ''}"
    line = (
        f"PostgreSQL {arguments.version} for {arguments.workload} on {show_size(hardware.memory)} of memory, {cpus}, "
        f"{hardware.storage}, a filesystem of {show_size(hardware.disk)}, {standbys}"
    )
    assumed = f"Assumed: {' '.join(arguments.assumed)}" if arguments.assumed else ""
    return "\n".join(filter(None, [line, assumed]))


def _chapters(settings: Sequence[Setting]) -> Iterator[str]:
    names = max(len(setting.name) for setting in settings)
    values = max(len(_shown(setting.value)) for setting in settings if len(setting.value) <= LONG)
    for chapter, group in groupby(settings, lambda setting: setting.chapter):
        title = f"--- {chapter} ".ljust(WIDTH, "-")
        yield "\n".join([title, *(_line(setting, names, values) for setting in group)])


def _line(setting: Setting, names: int, values: int) -> str:
    """Name, value, and the reason in a column of its own; a long value pushes it to the next line."""
    column = names + values + 4
    lines = textwrap.wrap(setting.why, WIDTH - column, break_on_hyphens=False)
    head = f"{setting.name:{names}}  {_shown(setting.value):{values}}"
    if len(head) > column - 2:
        return "\n".join([head, *(" " * column + line for line in lines)])
    return "\n".join([f"{head}  {lines[0]}", *(" " * column + line for line in lines[1:])])


def _shown(value: str) -> str:
    return f"'{value}'" if value != value.strip() or not value else value


def _budgets(tuning: Tuning) -> str:
    budget, wal = tuning.budget, tuning.wal
    sums: list[tuple[str, int, str]] = [
        ("shared_buffers", budget.shared_buffers, ""),
        (
            "connections",
            budget.backends,
            f"{budget.connections} × {show_size(budget.work_mem)} work_mem "
            f"× {budget.hash_mem_multiplier:g} hash_mem_multiplier",
        ),
        (
            "autovacuum",
            budget.autovacuum,
            f"{budget.autovacuum_workers} workers × {show_size(budget.autovacuum_memory)}",
        ),
        ("at worst", budget.total, f"{budget.exposure:.0%} of {show_size(budget.memory)}; the limit is 90 %"),
    ]
    fills: list[tuple[str, int, str]] = [
        ("max_wal_size", wal.max_wal_size, "between checkpoints"),
        ("slots", wal.slots, "a standby that is away"),
        ("archive queue", wal.archive_queue, "an archive that fails; reserved for pgBackRest"),
        ("at worst", wal.total, f"{wal.share:.0%} of {show_size(wal.disk)}; the limit is 80 %"),
    ]
    return f"{_sum('memory budget', sums)}\n\n{_sum('WAL filesystem', fills)}"


def _sum(title: str, rows: Sequence[tuple[str, int, str]]) -> str:
    lines = [f"{name:16}{about(size):>10}  {note}".rstrip() for name, size, note in rows]
    return "\n".join([f"--- {title} ".ljust(WIDTH, "-"), *lines])


def _advice(tuning: Tuning) -> Iterator[str]:
    if tuning.advice:
        lines = (textwrap.fill(text, WIDTH, subsequent_indent="  ") for text in tuning.advice)
        yield "\n".join(["--- advice ".ljust(WIDTH, "-"), *lines])


if __name__ == "__main__":
    import sys

    try:
        print(explain(parse_arguments(sys.argv[1:])), end="")
    except Refused as refused:
        sys.exit(str(refused))
