"""The settings that a person declared instead of the tuner, each with its reason: read, refused or laid over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from ..problem import Problem
from ..setting import Setting
from . import catalogue
from .owned import OWNED

CHAPTER = "declared"


class Override(Protocol):
    """A value and why; `fleet.environment.Override` is one."""

    @property
    def value(self) -> str | int | float | bool: ...

    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Declared:
    """Sound overrides by PostgreSQL's own spelling of their names: (value as text, why)."""

    version: int
    settings: Mapping[str, tuple[str, str]]

    def __contains__(self, name: str) -> bool:
        return name in self.settings

    def amount(self, name: str) -> Fraction | None:
        """The declared number of `name` in bytes, milliseconds or plain; None where it is not declared."""
        if name not in self.settings:
            return None
        return catalogue.amount(name, self.settings[name][0], self.version)

    def bytes(self, name: str) -> int | None:
        found = self.amount(name)
        return None if found is None else int(found)

    def over(self, settings: Iterator[Setting]) -> Iterator[Setting]:
        """`settings` with the declared values in their places, then those that the tuner has no rule for."""
        seen = set()
        for setting in settings:
            seen.add(setting.name)
            yield self._laid_over(setting)
        for name, (value, why) in self.settings.items():
            if name not in seen:
                yield Setting(name, value, f"declared: {why}", CHAPTER, declared=True)

    def _laid_over(self, setting: Setting) -> Setting:
        if setting.name not in self.settings:
            return setting
        value, why = self.settings[setting.name]
        own = "" if value == setting.value else f" (the tuner's own value: {setting.value or 'empty'})"
        return replace(setting, value=value, why=f"declared: {why}{own}", declared=True)


def read(overrides: Mapping[str, Override], version: int, where: str) -> tuple[Declared, list[Problem]]:
    """The sound ones of `overrides`, and a problem for each other; `where` is the path of the mapping."""
    settings: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for name, override in overrides.items():
        found = list(_problems(name, override, version, f"{where}.{name}"))
        known = catalogue.find(name, version)
        spelt = known.name if known else name
        if not found and spelt in settings:
            found = [Problem(f"{where}.{name}", f"{spelt} is declared twice", "names differ in more than case")]
        problems += found
        if not found:
            settings[spelt] = _plain(known, written(override.value)), override.why.strip()
    return Declared(version, settings), problems


def written(value: str | int | float | bool) -> str:
    """A value in PostgreSQL's spelling."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value.strip() if isinstance(value, str) else f"{value}"


def _plain(known: catalogue.Known | None, text: str) -> str:
    """A count in plain digits, however it was written (`64.0`, `1e2`), so that everyone can read it."""
    if known is None or known.kind != "integer" or known.unit:
        return text
    return str(int(catalogue.amount(known.name, text, known.last)))


def _problems(name: str, override: Override, version: int, path: str) -> Iterator[Problem]:
    text = written(override.value)
    owner = OWNED.get(name.lower())
    unsettable = None if owner else catalogue.unknown(name, version)
    wrong = None if owner or unsettable else catalogue.fault(name, text, version)
    if owner:
        yield Problem(path, f"{name.lower()} is pgsteward's own", owner)
    elif unsettable:
        yield Problem(path, f"{name} {unsettable[0]}", unsettable[1])
    elif wrong:
        yield Problem(path, f"{name} {wrong[0]}", wrong[1])
    elif not text.isprintable():
        yield Problem(path, f"{name} holds characters that no line of a file can", "write it on one line")
    if not override.why.strip():
        yield Problem(path, f"{name} has no reason", "write the reason as its `why`")
