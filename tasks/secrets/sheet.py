"""The text that holds secrets in a file: YAML, a name and its value on each line, all of it text as written.

What is there is kept byte for byte; what is new is written below it. No message ever quotes the text, and where one
is raised, no local variable holds it.
"""

import json
from collections.abc import Mapping

import yaml

from fleet.environment.syntax import place
from fleet.problem import Problem, Refused

from .secret import Secret

NOTHING = ("", "~", "null")
SHAPE = "write `name: value` on each line, the name once, such as main/shop_app: secret"


def sealed(content: bytes) -> Secret:
    """The text in `content`. Bytes that are no text become characters that no text holds, which `values` refuses."""
    return Secret(content.decode("utf-8", errors="surrogateescape"))


def values(sheet: Secret, source: str) -> dict[str, Secret]:
    """The secrets by name; raises `Refused` without a word of what the sheet holds."""
    found = _read(sheet)
    if isinstance(found, Problem):
        raise Refused(source, [found])
    return found


def extended(sheet: Secret, new: Mapping[str, Secret], source: str) -> Secret:
    """The sheet with the `new` secrets below what it holds already."""
    before, after = values(sheet, source), _joined(sheet, new)
    if _read(after) != before | dict(new):
        raise Refused(source, [Problem("the file", "cannot be added to as it is written", SHAPE)])
    return after


def _read(sheet: Secret) -> dict[str, Secret] | Problem:
    try:
        root = yaml.BaseLoader(sheet.reveal()).get_single_node()
    except yaml.reader.ReaderError:
        return Problem("the file", "holds what is not text in UTF-8", "save it as UTF-8, without control characters")
    except yaml.YAMLError as error:
        hint = "put quotes around values with odd characters"
        return Problem(place(error, sheet.reveal()), "this is not YAML that can be read", hint)
    except RecursionError:
        return Problem("the file", "is nested too deeply", SHAPE)
    if root is None:
        return {}
    return _pairs(root) if isinstance(root, yaml.MappingNode) else Problem("the file", "is not a mapping", SHAPE)


def _pairs(root: yaml.MappingNode) -> dict[str, Secret] | Problem:
    found: dict[str, Secret] = {}
    names = set()
    for key, value in root.value:
        line = f"line {key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            return Problem(line, "is not a name with a value", SHAPE)
        if key.value in names:
            return Problem(line, "has the name of a line above", "keep one of them")
        names.add(key.value)
        if value.style or value.value not in NOTHING:
            found[key.value] = Secret(value.value)
    return found


def _joined(sheet: Secret, new: Mapping[str, Secret]) -> Secret:
    text = sheet.reveal()
    gap = "\n" if text and not text.endswith("\n") else ""
    return Secret(text + gap + "".join(_line(name, secret) for name, secret in new.items()))


def _line(name: str, secret: Secret) -> str:
    """`name: "value"`, or a block for a key in PEM."""
    value = secret.reveal()
    if "\n" not in value:
        return f"{_quoted(name)}: {json.dumps(value, ensure_ascii=False)}\n"
    return f"{_quoted(name)}: |\n" + "".join(f"  {line}\n" for line in value.removesuffix("\n").split("\n"))


def _quoted(name: str) -> str:
    plain = name.replace("/", "").replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() and name[0].isalpha() else json.dumps(name, ensure_ascii=False)
