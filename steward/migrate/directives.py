"""What a migration's own comments ask for. They stand above the first statement; an unknown one is refused.

-- no-transaction                                     sqlx's: the very first characters of the file
-- pgsteward: lock_timeout 10s
-- pgsteward: statement_timeout 30min                 0s is no bound
-- pgsteward: retries 3
-- pgsteward: allow <rule of squawk> because <reason>
"""

import re
from dataclasses import dataclass, field, replace

from fleet.problem import Problem, nearest

from .limits import MOST_RETRIES, parse_timeout
from .statements import Comment, comments

NO_TRANSACTION = "-- no-transaction"
KNOWN = ("lock_timeout", "statement_timeout", "retries", "allow")
_OURS = re.compile(r"--\s*pgsteward\b\s*:?(?P<rest>.*)", re.IGNORECASE)
_ALLOW = re.compile(r"(?P<rule>\S+)\s+because\s+(?P<reason>\S.*)")


@dataclass(frozen=True)
class Directives:
    """Timeouts in milliseconds, 0 for none; None where the file does not say. `allowed` maps a rule to its reason."""

    no_transaction: bool = False
    lock_timeout: int | None = None
    statement_timeout: int | None = None
    retries: int | None = None
    allowed: dict[str, str] = field(default_factory=dict)


def directives(script: str, where: str) -> tuple[Directives, list[Problem]]:
    """What the comments of `script` say; problems name the file `where` and the line."""
    found, problems = Directives(no_transaction=script.startswith(NO_TRANSACTION)), list[Problem]()
    seen: set[str] = set()
    for comment in comments(script):
        if _misplaced(comment, script):
            problems.append(_late(comment, where))
        ours = _OURS.fullmatch(comment.text.rstrip())
        if ours is None:
            continue
        try:
            if not comment.first:
                raise _Wrong("a directive stands below a statement", "move it above the first statement")
            found = _with(found, ours["rest"].strip(), seen)
        except _Wrong as wrong:
            problems.append(Problem(where, wrong.what, wrong.hint, comment.line))
    return found, problems


class _Wrong(Exception):
    def __init__(self, what: str, hint: str) -> None:
        self.what, self.hint = what, hint
        super().__init__(what)


def _misplaced(comment: Comment, script: str) -> bool:
    at_start = comment.line == 1 and script.startswith(NO_TRANSACTION)
    return comment.first and comment.text.rstrip() == NO_TRANSACTION and not at_start


def _late(comment: Comment, where: str) -> Problem:
    hint = f"`{NO_TRANSACTION}` counts only as the very first characters of the file; move it there"
    return Problem(
        where, f"`{NO_TRANSACTION}` is not at the file's beginning, and sqlx would not see it", hint, comment.line
    )


def _with(found: Directives, text: str, seen: set[str]) -> Directives:
    word, _, value = text.partition(" ")
    value = value.strip()
    if word not in KNOWN:
        near = nearest(word, KNOWN)
        hint = f"did you mean {near}?" if near else f"known are {', '.join(KNOWN)}"
        raise _Wrong(f"there is no directive {word!r}", hint)
    if word == "allow":
        return _allowing(found, value)
    if word in seen:
        raise _Wrong(f"{word} is said twice", "keep one of them")
    seen.add(word)
    number = _number(word, value)
    if word == "lock_timeout":
        return replace(found, lock_timeout=number)
    return replace(found, statement_timeout=number) if word == "statement_timeout" else replace(found, retries=number)


def _number(word: str, value: str) -> int:
    try:
        if word != "retries":
            return parse_timeout(value)
        if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) > MOST_RETRIES:
            raise ValueError(f"{value!r} is not a number of retries between 0 and {MOST_RETRIES}")
        return int(value)
    except ValueError as error:
        raise _Wrong(
            f"{word}: {error}", f"write it like `-- pgsteward: {word} {'3' if word == 'retries' else '10s'}`"
        ) from None


def _allowing(found: Directives, value: str) -> Directives:
    match = _ALLOW.fullmatch(value)
    if match is None:
        raise _Wrong("an allowed rule has no reason", "write `-- pgsteward: allow <rule> because <reason>`")
    if match["rule"] in found.allowed:
        raise _Wrong(f"{match['rule']} is allowed twice", "keep one of them")
    return replace(found, allowed={**found.allowed, match["rule"]: match["reason"]})
