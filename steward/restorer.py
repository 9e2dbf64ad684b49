"""The roles that a restore into a running server works as: each made for one step of it, and gone with that.

What an owner has written (constraints, index expressions, defaults, triggers, views) runs where it is restored, so the
session must not be a superuser's that has put on the owner's name: RESET ROLE would take that off again. Such a role
can log in, with a password that nobody else ever sees, and can do nothing by itself; it has the rights of the owners
whose objects are at hand, and of nobody else. Neither an owner's password, nor its settings, nor its limit of
connections has anything to do with it.

An owner's code may make objects as this role, give it another password or leave a session of it open. So nobody else is
ever restored by the same one: at the end of its step its sessions are ended, and what it owns becomes the owner's whose
step that was.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.scram import verifier
from fleet.sql import identifier, literal

from .server import PATIENCE, connect

NAME = "pgsteward_restoring"
"""How their names begin, and what the one role was called that earlier releases had."""
LOCK = 7_467_001
"""The class of the advisory locks by which a role is known to be in use, beside its OID."""
PLAIN = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit connection limit -1"
NEEDED = {
    "search_path": "pg_catalog",
    "default_transaction_read_only": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""What must hold in its sessions whatever is declared for those of the server."""
IN_USE = "select pg_catalog.pg_advisory_lock(%s, oid::int) from pg_catalog.pg_roles where rolname = %s"
FREE = "select pg_catalog.pg_advisory_unlock(%s, oid::int) from pg_catalog.pg_roles where rolname = %s"
LEFT = """
    select rolname as name from pg_catalog.pg_roles
    where pg_catalog.starts_with(rolname, %s) and case
        when pg_catalog.pg_try_advisory_lock(%s, oid::int) then pg_catalog.pg_advisory_unlock(%s, oid::int) end"""
SESSIONS = "select pg_catalog.pg_terminate_backend(pid, 5000) from pg_catalog.pg_stat_activity where usename = %s"
MEMBERSHIPS = """
    select r.rolname as name from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.roleid
    where m.member = (select oid from pg_catalog.pg_roles where rolname = %s)"""


@dataclass(frozen=True)
class Restorer:
    """The role while it is there. `admin`: a superuser's connection to the same server; `passfile`: libpq's."""

    admin: Any
    role: str
    password: str
    passfile: Path

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
            user=self.role,
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
        where = {"dbname": database, "user": self.role, "passfile": str(self.passfile)}
        said = " ".join(f"{key}={quoted(value)}" for key, value in where.items())
        return [f"--host={self.admin.info.host}", f"--port={self.admin.info.port}", "--no-password", f"--dbname={said}"]


@contextmanager
def restorer(admin: Any, database: str, heir: str, *others: str, replica: bool = False) -> Iterator[Restorer]:
    """A role with the rights of `heir`, and of these others, in a database, for as long as this lasts.

    What it owns there in the end is the heir's. `replica`: its sessions load rows as a replica does, so that what they
    refer to need not be there yet.
    """
    role, password = f"{NAME}_{secrets.token_hex(8)}", secrets.token_urlsafe(32)
    tidy(admin)
    admin.execute(f"create role {role} {PLAIN} password {literal(verifier(password, secrets.token_bytes(16)))}")
    try:
        admin.execute(IN_USE, (LOCK, role))
        admin.execute(f"grant connect on database {identifier(database)} to {role}")
        for one in dict.fromkeys((heir, *others)):
            admin.execute(f"grant {identifier(one)} to {role}")
        if replica:
            admin.execute(f"alter role {role} set session_replication_role = 'replica'")
        with tempfile.NamedTemporaryFile("w", prefix="pgsteward-", encoding="utf-8") as file:  # 0600
            file.write(f"*:*:*:{role}:{password}\n")
            file.flush()
            yield Restorer(admin, role, password, Path(file.name))
    finally:
        end(admin, role)
        with connect(admin.info.port, Path(admin.info.host), database) as link:
            link.execute(f"reassign owned by {role} to {identifier(heir)}")
            link.execute(f"drop owned by {role}")
        admin.execute(FREE, (LOCK, role))
        gone(admin, role)


def tidy(admin: Any) -> None:
    """Ends what killed restores left. A role that is in use has its lock."""
    for row in admin.execute(LEFT, (NAME, LOCK, LOCK)).fetchall():
        end(admin, row["name"])
        gone(admin, row["name"])


def end(admin: Any, role: str) -> None:
    """Nobody can log in as the role any more, nobody is, and it has nobody's rights."""
    admin.execute(f"alter role {role} nologin password null")
    admin.execute(SESSIONS, (role,))
    for row in admin.execute(MEMBERSHIPS, (role,)).fetchall():
        admin.execute(f"revoke {identifier(row['name'])} from {role}")


def gone(admin: Any, role: str) -> None:
    """It is gone unless something, in another database, is its own."""
    import psycopg

    with suppress(psycopg.errors.DependentObjectsStillExist):
        admin.execute(f"drop role if exists {role}")


def escaped(value: str) -> str:
    """A value among the options of a connection, in which blanks part."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def quoted(value: str) -> str:
    """A value in a connection string, in which libpq looks for nothing else."""
    told = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{told}'"
