"""From YAML text to plain values, with the line of each place.

Stricter than YAML 1.1 where that surprises: `yes`, `on`, `010`, `1e3`, `1:30` and dates are text. Keys are
text and stand once. Anchors, aliases and merge keys work, but cannot grow without bound.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from ..problem import Problem, Refused
from .finding import Finding, Path
from .shape import shown
from .syntax import refused

TAG = "tag:yaml.org,2002:"
LARGEST = 50_000  # values, after aliases are followed
DEEPEST = 30  # keys and indexes in one path

SCALARS = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    (
        "float",
        r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
)


class Loader(yaml.SafeLoader):
    """YAML 1.2's scalars (without octal and hexadecimal numbers)."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own name for it


for _tag, _pattern, _first in SCALARS:
    _firsts = ["" if letter == "\0" else letter for letter in _first]
    Loader.add_implicit_resolver(TAG + _tag, re.compile(f"^(?:{_pattern})$"), _firsts)


@dataclass(frozen=True)
class Document:
    """What a file says, and on which line each of its places begins."""

    content: Any
    lines: dict[Path, int]


def read(text: str | bytes, source: str) -> Document:
    """The document in `text`; raises `Refused` with every problem of its form."""
    plain = decoded(text, source)
    try:
        node = Loader(plain).get_single_node()
        reading = Reading()
        content = reading.value(node, ()) if node else None
    except yaml.YAMLError as error:
        raise refused(error, source, plain) from None
    except RecursionError:
        reading, content = Reading(), None
        reading.say((), "is nested too deeply", f"at most {DEEPEST} levels mean anything here")
    if reading.findings:
        raise Refused(source, (finding.problem(reading.lines) for finding in reading.findings))
    return Document(content, reading.lines)


def decoded(text: str | bytes, source: str) -> str:
    """The text, which must be UTF-8."""
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8"
        raise Refused(source, [Problem(f"line {line}", "holds bytes that are not UTF-8", hint)]) from None


class Reading:
    """One pass over YAML's nodes: the values, the lines, and what is wrong with the form."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.lines: dict[Path, int] = {}
        self.around: list[yaml.Node] = []
        self.count = 0

    def say(self, where: Path, what: str, hint: str) -> Any:
        """Notes what is wrong at `where`; what stands there counts as nothing."""
        self.findings.append(Finding(where, what, hint))
        return None

    def value(self, node: yaml.Node, where: Path) -> Any:
        """What `node` stands for; None where that is nothing good, which is then among the findings."""
        self.lines.setdefault(where, node.start_mark.line + 1)
        self.count += 1
        if any(node is outer for outer in self.around):
            return self.say(where, "holds itself", "remove the alias; nothing here can hold itself")
        if self.count > LARGEST or len(where) > DEEPEST:
            return self.too_much(where)
        self.around.append(node)
        try:
            return self._value(node, where)
        finally:
            self.around.pop()

    def too_much(self, where: Path) -> None:
        if not any(finding.what.startswith("is too much") for finding in self.findings):
            hint = f"at most {DEEPEST} levels and {LARGEST} values, aliases counted; write what is meant instead"
            self.say(where[:3], "is too much", hint)

    def _value(self, node: yaml.Node, where: Path) -> Any:
        kind = node.tag.removeprefix(TAG)
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and kind in ("str", "null", "bool", "int", "float", "merge"):
            return self.scalar(kind, node.value, where)
        tag = f"!!{kind}" if node.tag.startswith(TAG) else node.tag
        return self.say(where, f"has the tag {shown(tag)}, which means nothing here", "write the plain value")

    def scalar(self, kind: str, text: str, where: Path) -> Any:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float":
                return self.number(kind, text, where)
        return text

    def number(self, kind: str, text: str, where: Path) -> int | float | None:
        try:
            return int(text) if kind == "int" else float(re.sub(r"\.(?=inf|nan)", "", text.lower()))
        except ValueError:
            self.say(where, f"{shown(text)} is not a number", "remove the tag, or write a number")
            return None

    def mapping(self, node: yaml.MappingNode, where: Path) -> dict[str, Any]:
        """The keys in their order; what is merged in with `<<` comes first and gives way."""
        found: dict[str, Any] = {}
        own: dict[str, int] = {}
        for key, value in node.value:
            if key.tag == f"{TAG}merge":
                found = self.merged(value, where) | found
                continue
            name = self.key(key, where)
            if name in own:
                self.say((*where, name), f"stands again on line {key.start_mark.line + 1}", "keep one of them")
            elif name is not None:
                own[name] = key.start_mark.line + 1
                self.lines[(*where, name)] = own[name]
                found[name] = self.value(value, (*where, name))
        return found

    def merged(self, node: yaml.Node, where: Path) -> dict[str, Any]:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for part in reversed(parts):
            value = self.value(part, where)
            if isinstance(value, dict):
                found |= value
            elif not self.findings:
                self.say(where, "merges with << what is not a mapping", "let << name the anchor of a mapping")
        return found

    def key(self, node: yaml.Node, where: Path) -> str | None:
        if isinstance(node, yaml.ScalarNode) and node.tag == f"{TAG}str":
            return str(node.value)
        line = node.start_mark.line + 1
        said = shown(node.value) if isinstance(node, yaml.ScalarNode) else "a list or a mapping"
        hint = f'write it in quotes: "{node.value}"' if isinstance(node, yaml.ScalarNode) else "write a name"
        self.say(where, f"has the key {said} on line {line}, which is not text", hint)
        return None
