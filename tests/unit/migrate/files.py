"""Migrations in memory, as short as tests want them."""

from steward.migrate.applied import Applied
from steward.migrate.checksum import checksum
from steward.migrate.filename import Name, parse_name
from steward.migrate.migration import File, Migration, assemble
from steward.migrate.script import Script, scripts


def migrations(**files: str) -> list[Migration]:
    """`migrations(_1_users_up="…")` is the file 1_users.up.sql; the leading underscore makes a word of it."""
    found = []
    for word, content in files.items():
        name = file_name(word)
        parsed = parse_name(name)
        assert isinstance(parsed, Name)
        found.append((parsed, File(name, content.encode())))
    return assemble(found, "folder")


def file_name(word: str) -> str:
    plain = word.removeprefix("_")
    for way in ("_up", "_down"):
        if plain.endswith(way):
            return f"{plain.removesuffix(way)}.{way[1:]}.sql"
    return f"{plain}.sql"


def applied(*found: Migration, success: bool = True) -> list[Applied]:
    return [Applied(one.version, one.description, success, one.checksum) for one in found]


def row(version: int, content: str = "", success: bool = True) -> Applied:
    return Applied(version, "gone", success, checksum(content.encode()))


def script(content: str) -> Script:
    return scripts([File("1_a.sql", content.encode())], "folder")[0]
