"""The role that a restore into a running server works as: made for it, and gone with it.

What an owner has written (constraints, index expressions, defaults, triggers, views) runs where it is restored, so the
session must not be a superuser's that has put on the owner's name: RESET ROLE would take that off again. This role can
log in, with a password that nobody else ever sees, and can do nothing by itself; it is lent the rights of the owners
whose objects are at hand, and of nobody else. Neither an owner's password, nor its settings, nor its limit of
connections has anything to do with it.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.scram import verifier
from fleet.sql import identifier, literal

from .server import PATIENCE

ROLE = "pgsteward_restoring"
PLAIN = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit connection limit -1"
NEEDED = {
    "search_path": "pg_catalog",
    "default_transaction_read_only": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""What must hold in its sessions whatever is declared for those of the server."""
MEMBERSHIPS = """
    select r.rolname as name from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.roleid
    where m.member = (select oid from pg_catalog.pg_roles where rolname = %s)"""
MEMBERS = """
    select r.rolname as name from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member
    where m.roleid = (select oid from pg_catalog.pg_roles where rolname = %s)"""


@dataclass(frozen=True)
class Restorer:
    """The role while it is there. `admin`: a superuser's connection to the same server; `passfile`: libpq's."""

    admin: Any
    password: str
    passfile: Path

    def lend(self, *owners: str) -> None:
        """Gives it the rights of these roles, and takes those of all others away.

        Nor is anybody else a member of it: until version 15 a role could make others that by itself.
        """
        for row in self.admin.execute(MEMBERS, (ROLE,)).fetchall():
            self.admin.execute(f"revoke {ROLE} from {identifier(row['name'])}")
        held = {row["name"] for row in self.admin.execute(MEMBERSHIPS, (ROLE,))}
        for one in sorted(held - {*owners}):
            self.admin.execute(f"revoke {identifier(one)} from {ROLE}")
        for one in sorted({*owners} - held):
            self.admin.execute(f"grant {identifier(one)} to {ROLE}")

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Its sessions load rows as a replica does: what they refer to need not be there yet."""
        self.admin.execute(f"alter role {ROLE} set session_replication_role = 'replica'")
        try:
            yield
        finally:
            self.admin.execute(f"alter role {ROLE} reset session_replication_role")

    def connect(self, database: str, role: str = "") -> Any:
        """A session of it that commits each statement; `role`: whose name it takes on."""
        import psycopg
        from psycopg.rows import dict_row

        settings = {**NEEDED, **({"role": role} if role else {})}
        options = " ".join(f"-c {name}={escaped(value)}" for name, value in settings.items())
        return psycopg.connect(
            host=self.admin.info.host,
            port=self.admin.info.port,
            dbname=database,
            user=ROLE,
            password=self.password,
            autocommit=True,
            connect_timeout=PATIENCE,
            application_name="pgsteward",
            client_encoding="utf8",
            options=options,
            row_factory=dict_row,
        )

    def at(self, database: str) -> list[str]:
        """The arguments by which PostgreSQL's programs connect to a database as this role."""
        where = {"dbname": database, "user": ROLE, "passfile": str(self.passfile)}
        said = " ".join(f"{key}={quoted(value)}" for key, value in where.items())
        return [f"--host={self.admin.info.host}", f"--port={self.admin.info.port}", "--no-password", f"--dbname={said}"]

    def settle(self, link: Any, owner: str) -> None:
        """What the role itself has come to own in a database is the owner's, and what it was granted is gone.

        `link`: a superuser's connection to that database.
        """
        self.lend()
        self.give(link, owner)
        link.execute(f"drop owned by {ROLE}")

    def give(self, link: Any, owner: str) -> None:
        """What the role itself owns in a database becomes the owner's. `link`: as above."""
        link.execute(f"reassign owned by {ROLE} to {identifier(owner)}")


@contextmanager
def restorer(admin: Any) -> Iterator[Restorer]:
    """The role, for as long as this lasts. What a killed restore left of it is taken over."""
    password = secrets.token_urlsafe(32)
    known = admin.execute("select 1 from pg_catalog.pg_roles where rolname = %s", (ROLE,)).fetchone()
    told = f"password {literal(verifier(password, secrets.token_bytes(16)))}"
    admin.execute(f"{'alter' if known else 'create'} role {ROLE} {PLAIN} {told}")
    admin.execute(f"alter role {ROLE} reset all")
    with tempfile.NamedTemporaryFile("w", prefix="pgsteward-", encoding="utf-8") as file:  # 0600
        file.write(f"*:*:*:{ROLE}:{password}\n")
        file.flush()
        one = Restorer(admin, password, Path(file.name))
        one.lend()
        try:
            yield one
        finally:
            gone(admin)


def gone(admin: Any) -> None:
    """Nobody can log in as the role any more, and it is gone unless something, somewhere, is still its own."""
    import psycopg

    try:
        admin.execute(f"drop role if exists {ROLE}")
    except psycopg.errors.DependentObjectsStillExist:
        admin.execute(f"alter role {ROLE} nologin password null")


def escaped(value: str) -> str:
    """A value among the options of a connection, in which blanks part."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def quoted(value: str) -> str:
    """A value in a connection string, in which libpq looks for nothing else."""
    told = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{told}'"
