"""What is read from a host: one broad command a subject, which answers on a blank host and never fails."""

from pyinfra.api import FactBase, StringCommand

from fleet.server import Server, server

from .shell import script, text


class MachineFact(FactBase[dict[str, str]]):
    """The answers of `machine.sh`, by name."""

    default = dict

    def command(self, directory: str) -> StringCommand:
        return script("machine", directory)

    def process(self, output: list[str]) -> dict[str, str]:
        return dict(line.split("=", 1) for line in output if "=" in line)


class FilesFact(FactBase[dict[str, tuple[str, str, str]]]):
    """(SHA-256, mode, owner:group) by path, of those that exist."""

    default = dict

    def command(self, paths: tuple[str, ...]) -> StringCommand:
        return script("files", *paths)

    def process(self, output: list[str]) -> dict[str, tuple[str, str, str]]:
        words = (line.split(" ", 3) for line in output)
        return {path: (digest, mode.zfill(4), owner) for digest, mode, owner, path in words}


class TextFact(FactBase[str]):
    """What a file holds; empty where it does not exist. Never for a file with a secret: pyinfra prints facts."""

    default = str

    def command(self, path: str) -> StringCommand:
        return script("read", path)

    def process(self, output: list[str]) -> str:
        return "".join(f"{line}\n" for line in output)


class PackagesFact(FactBase[dict[str, str]]):
    """The version by name, of those of `packages` that are installed."""

    default = dict

    def command(self, packages: tuple[str, ...]) -> StringCommand:
        return script("packages", *packages)

    def process(self, output: list[str]) -> dict[str, str]:
        return dict(line.split(" ", 1) for line in output if " " in line)


class ServerFact(FactBase[Server]):
    """How one PostgreSQL server stands."""

    default = Server

    def command(self, version: int, cluster: str, data: str, port: int) -> StringCommand:
        return script("server", version, cluster, data, port, text("sql/server.sql"))

    def process(self, output: list[str]) -> Server:
        return server(output)
