"""Tables as pg_dump's options name them (`orders`, `sales.*`, `"Odd na.me".t`), as the regular expressions that
PostgreSQL itself matches by. Source: PostgreSQL manual, psql, Patterns; src/fe_utils/string_utils.c."""

from collections.abc import Iterator
from dataclasses import dataclass

SPECIAL = frozenset("|*+?()[]{}.^$\\")


@dataclass(frozen=True)
class Pattern:
    """`schema` is None where it is left open: those that the search path shows are meant then."""

    schema: str | None
    name: str


def pattern(text: str) -> Pattern:
    """What the text means; what stands before schema and name, a database, is the connection's."""
    *others, name = parts(text)
    return Pattern(anchored(others[-1]) if others else None, anchored(name))


def parts(text: str) -> list[str]:
    """The regular expressions between the dots."""
    found = [""]
    for letter, quoted in letters(text):
        if letter == "." and not quoted:
            found.append("")
        elif quoted:
            found[-1] += f"\\{letter}" if letter in SPECIAL else letter
        else:
            found[-1] += {"*": ".*", "?": ".", "$": "\\$"}.get(letter, letter.lower())
    return found


def letters(text: str) -> Iterator[tuple[str, bool]]:
    """Each letter, and whether it stands between quotes; two quotes there are one letter."""
    quoted, index = False, 0
    while index < len(text):
        if text[index] != '"':
            yield text[index], quoted
        elif quoted and text[index + 1 : index + 2] == '"':
            yield '"', True
            index += 1
        else:
            quoted = not quoted
        index += 1


def anchored(expression: str) -> str:
    return f"^({expression})$"
