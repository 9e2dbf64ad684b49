"""What PostgreSQL or the connection said, as a refusal with a hint. An operator never sees a traceback."""

import psycopg

from fleet.problem import Problem, Refused

from .unseen import Unseen

HINTS = {
    "28P01": "check the password (PGPASSWORD, PGPASSFILE or ~/.pgpass)",
    "28000": "pg_hba.conf does not let this user in from here, or the user does not exist",
    "3D000": "name the right database in --dsn or PGDATABASE, or create it: the deploy does",
    "42501": (
        "run as the owner of the database: PGUSER, or --role <owner>; what the owner may not do, such as an extension "
        "that needs a superuser, is declared in the environment"
    ),
    "53300": "all connections are taken; try again, or raise max_connections",
    "57014": "raise statement_timeout: --statement-timeout, or `-- pgsteward: statement_timeout 30min` in the file",
    "55P03": "end the session that blocks, raise --retries, or try when there is less traffic",
    "57P01": "the server was stopped, or an administrator ended this session; run it again when the server is back",
    "25006": "this session is read-only; is this a standby, or default_transaction_read_only set?",
    "0A000": "this server cannot do that, or not inside of a transaction (see `-- no-transaction`)",
    "25001": "put `-- no-transaction` at the file's very beginning",
}
LOST = "is the server up, and reachable from here? `status` tells what was applied; then run it again"
FIX = "nothing of this migration remains; correct it and run again"


def unreachable(error: Exception) -> Unseen:
    """A connection that could not be made. libpq's messages name host, port and user, and no password."""
    said = " ".join(str(error).split()).removeprefix("connection failed: ")
    hint = next(
        (hint for words, hint in WORDS.items() if words in said), "check --dsn or PGHOST, PGPORT, PGUSER, PGDATABASE"
    )
    return Unseen("database", [Problem("connection", f"it cannot be made: {said}", hint)])


WORDS = {
    "password": HINTS["28P01"],
    "no pg_hba.conf entry": HINTS["28000"],
    "Peer authentication": "run as the account that is named like the user, or connect with a password",
    "does not exist": "check the names of the user and the database (--dsn, PGUSER, PGDATABASE)",
    "Connection refused": "no server listens there; check host and port, and whether it is up",
    "No such file or directory": "no server listens on that socket; check host and port, and whether it is up",
    "timeout expired": "the host does not answer; check the address and the firewall",
    "could not translate host name": "check the host's name",
    "starting up": "the server is starting; try again in a moment",
    "too many clients": HINTS["53300"],
    "invalid dsn": "write it like postgresql://user@host:5432/database or `host=… dbname=…`",
}


def said(error: psycopg.Error, script: str = "", line: int = 1) -> str:
    """PostgreSQL's words in one line, with the line of the script that they are about.

    `line` is where `script`, as it was sent, begins in its file.
    """
    diagnosis = error.diag
    if diagnosis.message_primary is None:
        return " ".join(str(error).split())
    words = diagnosis.message_primary
    if diagnosis.message_detail:
        words += f" ({' '.join(diagnosis.message_detail.split())})"
    where = position(error, script, line)
    return f"{words}{f', line {where}' if where else ''} [{error.sqlstate}]"


def position(error: psycopg.Error, script: str, line: int = 1) -> int:
    """The line of the file where PostgreSQL says that it went wrong; 0 where it does not say."""
    at = error.diag.statement_position
    return script.count("\n", 0, int(at) - 1) + line if at and script else 0


def hint(error: psycopg.Error, otherwise: str = FIX) -> str:
    unheard = isinstance(error, psycopg.OperationalError) and error.diag.message_primary is None
    if unheard or (error.sqlstate or "").startswith("08"):
        return LOST
    return HINTS.get(error.sqlstate or "", error.diag.message_hint or otherwise)


def refusal(error: psycopg.Error, where: str) -> Refused:
    """What went wrong outside of anybody's script."""
    return Refused("database", [Problem(where, said(error), hint(error, "look at the server's log"))])
