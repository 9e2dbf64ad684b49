"""What is wrong with text that is not YAML, in words that help to find it."""

import yaml

from ..problem import Problem, Refused

QUOTES = "put quotes around the value if it is text"

# A part of PyYAML's message → what is wrong, what to do
MEANINGS = {
    "'\\t' that cannot start": ("a tab stands where only spaces may", "indent with spaces"),
    "mapping values are not allowed": (
        "a colon stands where no key can",
        "check the indentation, or put quotes around text that holds a colon and a space",
    ),
    "could not find expected ':'": (
        "a key has no colon",
        "write `key: value`, the value on the same line or indented",
    ),
    "expected <block end>": (
        "this line does not fit the indentation of those above",
        "let all keys of a mapping, and all dashes of a list, begin in the same column",
    ),
    "expected the node content": ("a value is missing", QUOTES),
    "found undefined alias": ("an alias (*) names an anchor (&) that is not above it", QUOTES),
    "expected alphabetic or numeric": ("an alias (*), an anchor (&) or a tag (!) has no name", QUOTES),
    "that cannot start any token": ("a character stands here that YAML keeps for itself", QUOTES),
    "unexpected end of stream": ("a quote is opened and never closed", "close it"),
    "expected ',' or": (
        "a list or mapping in brackets lacks a comma or its end",
        "write [a, b] or {key: value}",
    ),
    "single document": ("a second document begins", "one file is one environment; remove the line ---"),
    "special characters": ("a character stands here that text cannot hold", "remove it; it may be invisible"),
    "undefined tag handle": ("a tag (!) means nothing here", "write the plain value"),
}
ANYTHING = ("this is not YAML", "check the indentation and the quotes here and on the line above")


def refused(error: yaml.YAMLError, source: str, text: str) -> Refused:
    """The refusal that says where `error` stands and what it means."""
    what, hint = meaning(str(error))
    return Refused(source, [Problem(place(error, text), what, hint)])


def meaning(message: str) -> tuple[str, str]:
    return next((meant for part, meant in MEANINGS.items() if part in message), ANYTHING)


def place(error: yaml.YAMLError, text: str) -> str:
    """Where it stands; for what is never closed, where it was opened."""
    if isinstance(error, yaml.reader.ReaderError):
        return f"line {text.count(chr(10), 0, error.position) + 1}"
    if not isinstance(error, yaml.MarkedYAMLError):
        return "the file"
    unclosed = "end of stream" in (error.problem or "") or "<stream end>" in (error.problem or "")
    mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
