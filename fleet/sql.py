"""Names and texts as SQL, safe whatever they hold.

Right with `standard_conforming_strings = on` (PostgreSQL's default since 9.1), in which a backslash is a letter like
any other; the scripts of `fleet.rights` set it. It refuses what PostgreSQL could not keep; it never cuts or escapes.
Source: PostgreSQL manual, 4.1 Lexical Structure.
"""

from collections.abc import Iterable

LONGEST = 63  # bytes: NAMEDATALEN - 1


def identifier(name: str) -> str:
    """`name` as a quoted identifier; raises ValueError if it is empty, over 63 bytes, or holds a NUL."""
    if not name:
        raise ValueError("an SQL name cannot be empty")
    if len(_sound(name).encode()) > LONGEST:
        raise ValueError(f"an SQL name cannot be longer than {LONGEST} bytes: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def plain_name(word: str) -> str:
    """The name that a word of a statement stands for: without its quotes, if it has any."""
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def qualified(*names: str) -> str:
    """Names joined by dots: schema and table, or the parts of a setting's name."""
    return ".".join(map(identifier, names))


def identifiers(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def literal(text: str) -> str:
    """`text` as a string constant; raises ValueError if it holds a NUL."""
    return "'" + _sound(text).replace("'", "''") + "'"


def _sound(text: str) -> str:
    """`text`, if PostgreSQL can hold it; the text is not repeated, because it may be a secret."""
    if "\0" in text:
        raise ValueError("PostgreSQL cannot hold a NUL character")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("PostgreSQL cannot hold half a surrogate pair")
    return text
