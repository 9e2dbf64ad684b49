"""The four example databases on a server of a test: declared, migrated, filled. A loader of a few lines, no engine."""

import re
from pathlib import Path
from typing import Any

import psycopg

from fleet.environment import Cluster, load

from .server import Server

HOUSE = Path(__file__).parent.parent.parent
DECLARATION = Path(__file__).parent / "schemas.yml"
EXAMPLES = ("rustylinks", "kennwilliamson", "home_inventory", "stateset")
NO_TRANSACTION = "-- no-transaction\n"


def declared(version: int) -> Cluster:
    """The cluster of `schemas.yml`, on this version of PostgreSQL."""
    text = DECLARATION.read_text().replace("postgresql: 17", f"postgresql: {version}")
    return load(text, DECLARATION.name).clusters["main"]


def ups(example: str) -> list[Path]:
    return sorted((HOUSE / "migrations" / example).glob("*.up.sql"))


def down_of(up: Path) -> Path:
    return up.with_name(up.name.replace(".up.sql", ".down.sql"))


def as_owner_of(server: Server, database: str, owner: str = "") -> psycopg.Connection:
    """A session as the one that migrates: a superuser who has become the owner."""
    connection = server.connect(database)
    connection.execute(f"set role {owner or database}")
    return connection


def run(connection: psycopg.Connection, file: Path) -> None:
    """Applies one file as sqlx does: all of it in a transaction, unless its first line says otherwise."""
    text = file.read_text()
    if text.startswith(NO_TRANSACTION):
        connection.execute(text)
    else:
        with connection.transaction():
            connection.execute(text)


def migrate(server: Server, database: str, example: str = "", role: str = "") -> None:
    """Applies all migrations and seeds of `example` as `role`; both are named like the database, unless said."""
    with as_owner_of(server, database, role) as owner:
        for up in ups(example or database):
            run(owner, up)
        for seed in sorted((HOUSE / "seeds" / (example or database)).glob("*.sql")):
            run(owner, seed)


def generate(server: Server, database: str, example: str, scale: float | str) -> None:
    """Fills the database as an operator does, through psql."""
    settings = f"set role {example}; set pgsteward.scale = '{scale}';\n"
    server.load(settings + generator(example), database)


def generator(example: str) -> str:
    """The generator as psql reads it, with its parts in their places."""
    folder = HOUSE / "generators"
    text = (folder / f"{example}.sql").read_text()
    return re.sub(r"^\\ir (.+)$", lambda found: (folder / found[1]).read_text(), text, flags=re.MULTILINE)


def rows(server: Server, database: str, sql: str) -> list[tuple[Any, ...]]:
    with server.connect(database) as admin:
        return admin.execute(sql).fetchall()


def tables(server: Server, database: str) -> list[str]:
    sql = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"
    return [name for (name,) in rows(server, database, sql)]


def counts(server: Server, database: str) -> dict[str, int]:
    return {name: rows(server, database, f"select count(*) from {name}")[0][0] for name in tables(server, database)}


def fresh(server: Server, name: str, example: str) -> str:
    """An empty database for the example's migrations, with what the environment declares for it; its name."""
    declaration = declared(server.version).databases[example]
    with server.connect() as admin:
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} owner {declaration.owner} template template0")
    with server.connect(name) as admin:
        for extension in declaration.extensions:
            admin.execute(f"create extension {extension}")
    return name
