"""A POSIX shell script as its simple commands, as far as our own scripts go: words, redirections, here-documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

KEYWORDS = {"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "case", "for", "in"}
ASSIGNED = re.compile(r"\w+=")


@dataclass
class Command:
    """`words` as they are written; `redirections`: `>`, `>>` or `<`, and where to."""

    words: list[str] = field(default_factory=list)
    redirections: list[tuple[str, str]] = field(default_factory=list)

    @property
    def own(self) -> list[str]:
        """The words without what stands before a command: keywords and variables."""
        words = list(self.words)
        while words and (words[0] in KEYWORDS or ASSIGNED.match(words[0])):
            words.pop(0)
        return words

    @property
    def name(self) -> str:
        return self.own[0].strip('"').rpartition("/")[2] if self.own else ""

    def __str__(self) -> str:
        return " ".join([*self.words, *(f"{kind} {target}" for kind, target in self.redirections)])


def commands(text: str) -> list[Command]:
    """Every simple command of a script, those in `$( )` as well; the bodies of here-documents are left out."""
    found: list[Command] = []
    Scanner(text, found).run()
    return [one for one in found if one.words or one.redirections]


class Scanner:
    """One pass over a text; what it finds goes into `found`."""

    def __init__(self, text: str, found: list[Command]) -> None:
        self.text, self.at, self.found = text, 0, found
        self.command, self.word, self.kind = Command(), "", ""
        self.waiting: list[str] = []

    def run(self) -> None:
        while self.at < len(self.text):
            self.step()
        self.end()

    def step(self) -> None:
        rest = self.text[self.at :]
        if rest.startswith("\\\n"):
            self.at += 2
        elif rest[0] == "#" and not self.word:
            self.at += len(rest.partition("\n")[0])
        elif match := re.match(r"\d?(<<|>>|>&|<|>)", rest) if not self.word or rest[0] in "<>" else None:
            self.redirect(match)
        elif rest[0] in ";&|()\n":
            self.separate(rest[0])
        elif rest[0] in " \t":
            self.finish()
            self.at += 1
        else:
            self.more(rest)

    def redirect(self, match: re.Match[str]) -> None:
        self.finish()
        self.kind = match[1]
        self.at += match.end()

    def separate(self, letter: str) -> None:
        self.end()
        self.at += 1
        if letter == "\n":
            for mark in self.waiting:
                self.at = self.text.index(f"\n{mark}\n", self.at - 1) + len(mark) + 2
            self.waiting.clear()

    def more(self, rest: str) -> None:
        """A piece of a word."""
        size = piece(rest)
        self.word += rest[:size]
        self.at += size
        for inner in substituted(rest[:size]):
            self.found += commands(inner)

    def finish(self) -> None:
        """The end of a word."""
        if not self.word:
            return
        if self.kind == "<<":
            self.waiting.append(self.word.strip("'"))
        elif self.kind:
            self.command.redirections.append((self.kind, self.word))
        else:
            self.command.words.append(self.word)
        self.word = self.kind = ""

    def end(self) -> None:
        """The end of a command."""
        self.finish()
        self.found.append(self.command)
        self.command = Command()


def piece(text: str) -> int:
    """How long what begins here is: a quoted string, a substitution, or a letter."""
    if text[0] == "'":
        return text.index("'", 1) + 1
    if text[0] == '"':
        return quoted(text)
    if text.startswith(("$(", "${")):
        return nested(text)
    return 2 if text[0] == "\\" else 1


def quoted(text: str) -> int:
    at = 1
    while text[at] != '"':
        at += 1 if text[at] == "'" else piece(text[at:])
    return at + 1


def nested(text: str) -> int:
    """How long `$( )` or `${ }` is."""
    closing, at = {"(": ")", "{": "}"}[text[1]], 2
    depth = 1
    while depth:
        depth += {text[1]: 1, closing: -1}.get(text[at], 0)
        at += 1 if text[at] in text[1] + closing else piece(text[at:])
    return at


def substituted(text: str) -> Iterator[str]:
    """The scripts in the `$( )` of a word, the outermost."""
    at = 0
    while at < len(text):
        if text[at] == "'" and not text.startswith('"'):
            at += piece(text[at:])
        elif text.startswith("$((", at):
            at += nested(text[at:])
        elif text.startswith("$(", at):
            size = nested(text[at:])
            yield text[at + 2 : at + size - 1]
            at += size
        else:
            at += 1
