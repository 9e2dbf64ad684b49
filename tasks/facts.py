"""What is read from a host: one broad command a subject, which answers on a blank host and never fails."""

import json
from typing import Any

from pyinfra.api import FactBase, StringCommand

from fleet.server import Server, server

from . import shell


class AnswersFact(FactBase[dict[str, str]]):
    """What a script of `templates/sh` answers in lines of `name=value`, by name."""

    default = dict

    def command(self, script: str, arguments: tuple[str, ...]) -> StringCommand:
        return shell.script(script, *arguments)

    def process(self, output: list[str]) -> dict[str, str]:
        return dict(line.split("=", 1) for line in output if "=" in line)


class FilesFact(FactBase[dict[str, tuple[str, str, str]]]):
    """(SHA-256, mode, owner:group) by path, of those that exist; `-` for the sum of what is not a plain file."""

    default = dict

    def command(self, paths: tuple[str, ...]) -> StringCommand:
        return shell.script("files", *paths)

    def process(self, output: list[str]) -> dict[str, tuple[str, str, str]]:
        sums = {path: digest for digest, path in (line.split("  ", 1) for line in output if line[:1] != "=")}
        found = (line.split(" ", 3) for line in output if line[:1] == "=")
        return {path: (sums.get(path, "-"), mode.zfill(4), owner) for _, mode, owner, path in found}


class TextFact(FactBase[str]):
    """What a file holds; empty where it does not exist. Never for a file with a secret: pyinfra prints facts."""

    default = str

    def command(self, path: str) -> StringCommand:
        return shell.script("read", path)

    def process(self, output: list[str]) -> str:
        return "".join(f"{line}\n" for line in output)


class PackagesFact(FactBase[dict[str, str]]):
    """The version by name, of those of `packages` that are installed."""

    default = dict

    def command(self, packages: tuple[str, ...]) -> StringCommand:
        return shell.script("packages", *packages)

    def process(self, output: list[str]) -> dict[str, str]:
        return dict(line.split(" ", 1) for line in output if " " in line)


class ServerFact(FactBase[Server]):
    """How one PostgreSQL server stands."""

    default = Server

    def command(self, version: int, cluster: str, data: str, port: int) -> StringCommand:
        return shell.script("server", version, cluster, data, port, shell.text("sql/server.sql"))

    def process(self, output: list[str]) -> Server:
        return server(output)


class RightsFact(FactBase[dict[int, Any]]):
    """The documents of `roles.sql` (0) and of `database.sql` (1, 2, … for each database given), where there are some.

    They hold no verifier of a password, only what tells whether it is the same: pyinfra prints facts.
    """

    default = dict

    def command(self, port: int, databases: tuple[str, ...]) -> StringCommand:
        return shell.script("rights", port, shell.text("sql/roles.sql"), shell.text("sql/database.sql"), *databases)

    def process(self, output: list[str]) -> dict[int, Any]:
        pairs = (line.split("=", 1) for line in output if "=" in line)
        return {int(number): json.loads(document) for number, document in pairs if document}


class TextOfFact(FactBase[str]):
    """What a script of `templates/sh` prints, as one text."""

    default = str

    def command(self, script: str) -> StringCommand:
        return shell.script(script)

    def process(self, output: list[str]) -> str:
        return "\n".join(output)


class DumpsFact(FactBase[list[Any]]):
    """The dumps that lie on a host, each its manifest and what a verification found; none where nobody can say."""

    default = list

    def command(self, cluster: str) -> StringCommand:
        return shell.script("dumps", cluster)

    def process(self, output: list[str]) -> list[Any]:
        found: list[Any] = json.loads("".join(output) or "[]")
        return found


KINDS: dict[str, type[FactBase[Any]]] = {
    one.__name__: one
    for one in (AnswersFact, FilesFact, TextFact, PackagesFact, ServerFact, RightsFact, TextOfFact, DumpsFact)
}
"""By name."""
