"""What a run has asked its hosts, kept for the next one, which asks all of it at once.

It is a shortcut and nothing else: what is not known is asked when it is needed. It lies in `build/` of this tree: who
can write there can change what is run anyway.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from .facts import KINDS
from .shell import Script

Question = tuple[str, tuple[tuple[str, Any], ...]]
"""The name of a fact's class, and its arguments by name, in their order."""
Asked = dict[str, dict[str, list[Question]]]
"""Questions by the part of a run that asks them, and by host."""

FOLDER = Path(__file__).parent.parent / "build" / "questions"
MOST = 100
"""Files that are kept, one for each environment and deploy; the oldest go."""


def place(*words: str) -> Path:
    """The file for runs of one deploy in one environment."""
    return FOLDER / f"{sha256(chr(0).join(words).encode()).hexdigest()[:32]}.json"


def question(fact: type, arguments: dict[str, Any]) -> Question:
    return fact.__name__, tuple(sorted(arguments.items()))


# --- what is asked


QUICK = ("files", "packages", "read", "machine", "kernel", "resolve", "service")
"""Scripts that are over in a moment, and may share a command."""
LISTS = {"FilesFact": "paths", "PackagesFact": "packages"}
"""Kinds that answer for each of a list: many questions are one."""


def script(one: Question) -> Script:
    """The script that answers it."""
    found = KINDS[one[0]]().command(**dict(one[1]))
    assert isinstance(found, Script)
    return found


def is_quick(one: Question) -> bool:
    return script(one).path in [f"sh/{name}.sh" for name in QUICK]


def merged(wanted: Iterable[Question]) -> list[tuple[Question, list[Question]]]:
    """The questions that are asked for those that are wanted, each with what it answers."""
    found: list[tuple[Question, list[Question]]] = []
    lists: dict[str, list[Question]] = {}
    for one in wanted:
        if one[0] in LISTS:
            lists.setdefault(one[0], []).append(one)
        else:
            found.append((one, [one]))
    for name, all_of in lists.items():
        every = sorted({item for _, ((_, items),) in all_of for item in items})
        found.append(((name, ((LISTS[name], tuple(every)),)), all_of))
    return found


def share(one: Question, answer: Any) -> Any:
    """What of an answer answers this question."""
    if one[0] not in LISTS:
        return answer
    ((_, items),) = one[1]
    return {item: answer[item] for item in items if item in answer}


# --- what is kept


def known(file: Path) -> Asked:
    """What the last run asked; nothing where that is not known, or cannot be read."""
    try:
        return {part: {host: list(map(read, all_of)) for host, all_of in hosts.items()} for part, hosts in loaded(file)}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def loaded(file: Path) -> Iterable[tuple[str, dict[str, list[Any]]]]:
    return json.loads(file.read_text(encoding="utf-8")).items()


def read(document: Any) -> Question:
    """A question as JSON has it, in which there are no tuples; raises ValueError for an unknown kind."""
    name, arguments = document
    if name not in KINDS:
        raise ValueError(name)
    return name, tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in arguments)


def keep(file: Path, asked: Asked) -> None:
    """Adds what this run asked to what is known of others' parts and hosts, where this tree can be written."""
    before = known(file)
    after = {part: before.get(part, {}) | asked.get(part, {}) for part in before | asked}
    if after == before:
        return
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_text(json.dumps(after), encoding="utf-8")
        new.replace(file)
        for old in sorted(FOLDER.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)
