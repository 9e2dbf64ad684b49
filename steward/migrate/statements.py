"""A script taken apart: its statements and its comments.

PostgreSQL runs several statements that arrive in one message as one transaction, so a script that must not be in one
has to be sent piece by piece. Follows the lexical rules of the manual, 4.1: quotes, E'', dollar quotes, comments in
comments, and SQL-standard function bodies (BEGIN ATOMIC … END), in which semicolons do not end the statement.
It does not judge SQL: what PostgreSQL would refuse is passed on as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<line>--[^\r\n]*)
    | (?P<block>/\*)
    | (?P<escape>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    | (?P<quoted>'(?:[^']|'')*(?:'|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>(?<![\w$])\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>[0-9][\w.]*)
    | (?P<space>\s+)
    | (?P<end>;)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Token:
    """A piece of the script; `start` and `end` are offsets in characters."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Statement:
    """`text` is without the semicolon and without what stands before its first word; `line` counts from 1."""

    text: str
    line: int
    words: tuple[str, ...]
    """Its words and names without blanks, comments and constants; keywords in lower case, quoted names as quoted."""


@dataclass(frozen=True)
class Comment:
    text: str
    line: int
    first: bool
    """Whether it stands above the first statement."""


def tokens(script: str) -> Iterator[Token]:
    """All of the script: the texts of the tokens, joined, are the script again."""
    position = 0
    while position < len(script):
        match = _TOKEN.match(script, position)
        if match is None or match.lastgroup is None:
            raise AssertionError("the last alternative matches anything")
        kind, text = match.lastgroup, match.group()
        if kind == "block":
            text = script[position : _end_of_block(script, position)]
        elif kind == "dollar":
            end = script.find(text, match.end())
            text = script[position : end + len(text) if end >= 0 else len(script)]
        yield Token(kind, text, position)
        position += len(text)


def _end_of_block(script: str, start: int) -> int:
    depth = 0
    for edge in _EDGE.finditer(script, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(script)


def statements(script: str) -> list[Statement]:
    """The statements, in order. Empty ones are left out."""
    found, current, depth = [], list[Token](), _Depth()
    for token in tokens(script):
        if token.kind == "end" and depth.is_top:
            found += _statement(script, current)
            current, depth = [], _Depth()
        elif current or token.kind not in ("space", "line", "block"):
            current.append(token)
            depth.see(token)
    return found + _statement(script, current)


def _statement(script: str, parts: list[Token]) -> list[Statement]:
    while parts and parts[-1].kind in ("space", "line", "block"):
        parts.pop()
    if not parts:
        return []
    start, end = parts[0].start, parts[-1].end
    return [Statement(script[start:end], script.count("\n", 0, start) + 1, tuple(_words(parts)))]


def _words(parts: list[Token]) -> Iterator[str]:
    for token in parts:
        if token.kind == "word":
            yield token.text.lower()
        elif token.kind in ("name", "other"):
            yield token.text


class _Depth:
    """How deep in parentheses, and in a body that BEGIN ATOMIC opened."""

    def __init__(self) -> None:
        self.parentheses = 0
        self.body = 0
        self.before = ""
        self.routine = False
        self.count = 0

    @property
    def is_top(self) -> bool:
        return self.parentheses <= 0 and self.body == 0

    def see(self, token: Token) -> None:
        if token.text in "()" and token.kind == "other":
            self.parentheses += 1 if token.text == "(" else -1
        if token.kind != "word":
            return
        word = token.text.lower()
        self.count += 1
        self.routine = self.routine or (self.count <= 4 and word in ("function", "procedure"))
        opens = word == "case" if self.body else word == "atomic" and self.before == "begin" and self.routine
        if opens:
            self.body += 1
        elif self.body and word == "end":
            self.body -= 1
        self.before = word


def comments(script: str) -> list[Comment]:
    """The comments that begin with two dashes."""
    if "--" not in script:
        return []
    found, first = [], True
    for token in tokens(script):
        if token.kind == "line":
            found.append(Comment(token.text, script.count("\n", 0, token.start) + 1, first))
        elif token.kind not in ("space", "block"):
            first = False
    return found
