"""How a value of an environment file is judged: as text, against a pattern, between bounds.

`Wrong` carries the two sentences that an operator reads; no other error of a validator reaches one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ..problem import CONTROL

# What is pasted into the wrong place is not repeated
SECRET = re.compile(r"SECRET-KEY|PRIVATE KEY")


class Wrong(ValueError):
    """What is wrong with one value, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        self.what = what
        self.hint = hint
        super().__init__(what)


def shown(value: object) -> str:
    """A value as an operator reads it in a sentence: short, on one line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case int() if abs(value) > 10**20:
            return "a huge number"
        case int() | float():
            return f"the number {value}"
    text = "…" if SECRET.search(str(value)) else CONTROL.sub("·", str(value))
    return f'"{text[:57]}…"' if len(text) > 60 else f'"{text}"'


def text(value: Any) -> str:
    """Text on one line."""
    if not isinstance(value, str):
        hint = "write text" if isinstance(value, list | dict) or value is None else f'write it in quotes: "{value}"'
        raise Wrong(f"{shown(value)} stands where text is needed", hint)
    if CONTROL.search(value):
        raise Wrong(f"{shown(value)} holds a control character", "write it on one line, without tabs")
    return value


@dataclass(frozen=True)
class Shape:
    """An annotation: text that matches `pattern` as a whole; `what` names it in a refusal."""

    what: str
    pattern: str
    hint: str
    longest: int = 255

    def check(self, value: Any) -> str:
        if len(text(value)) > self.longest:
            raise Wrong(f"{shown(value)} is too long for {self.what}", f"write at most {self.longest} characters")
        if not re.fullmatch(self.pattern, value):
            raise Wrong(f"{shown(value)} is not {self.what}", self.hint)
        return str(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({self.pattern})$", "maxLength": self.longest}


@dataclass(frozen=True)
class Between:
    """An annotation: a number from `least` to `most`, both in the unit of the value; `spell` writes one."""

    least: int
    most: int
    spell: Callable[[int], str] = str

    def check(self, value: int) -> int:
        if self.least <= value <= self.most:
            return value
        side = "too little" if value < self.least else "too much"
        said = shown(value) if abs(value) > 10**20 else self.spell(value)
        raise Wrong(f"{said} is {side}", f"write {self.spell(self.least)} to {self.spell(self.most)}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        return found | {"minimum": self.least, "maximum": self.most} if found.get("type") == "integer" else found


class Distinct:
    """An annotation: a list in which nothing stands twice."""

    def check(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        twice = [item for index, item in enumerate(items) if item in items[:index]]
        if twice:
            raise Wrong(f"{shown(str(twice[0]))} stands twice", "keep one of them")
        return items

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"uniqueItems": True}
