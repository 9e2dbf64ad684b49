"""The kinds of session that this program opens, with what each sets before its first statement.

It is set by connection option: the owner of a database may say by ALTER DATABASE what a session of it begins with, and
an option from the client is what that does not overrule. Names are PostgreSQL's own, whatever was made elsewhere under
the same ones; a session that looks writes nothing. docs/decisions/sessions.md has the list of those that there are.
"""

from collections.abc import Mapping

Session = Mapping[str, str]

PINNED: Session = {
    # whose objects a name means, and as whom
    "search_path": "pg_catalog,pg_temp",
    "role": "none",
    "row_security": "off",
    "local_preload_libraries": "",
    # how long: a job is as long as its work, and whoever begins it bounds it by the signals that it sends
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    # what is evaluated, and how
    "constraint_exclusion": "partition",
    "transform_null_equals": "off",
    "jit": "off",
    # what texts mean, both ways
    "client_min_messages": "warning",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "DateStyle": "ISO,YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "array_nulls": "on",
    # where tables and sorts lie, and what a transaction is
    "default_tablespace": "",
    "temp_tablespaces": "",
    "default_table_access_method": "heap",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
}
READING: Session = {**PINNED, "default_transaction_read_only": "on"}
"""A session that looks."""
WRITING: Session = {**PINNED, "default_transaction_read_only": "off"}
"""A session that makes or changes something."""
DUMPING: Session = {name: value for name, value in READING.items() if name != "search_path"}
"""One that has to know what the path of the database shows, since a dump's patterns without a schema are about that:
pg_dump, which itself begins with an empty path and qualifies what it calls, and one question of ours that does, too."""
ASSERTING: Session = {
    name: value
    for name, value in READING.items()
    if name.endswith("timeout") or name in ("role", "local_preload_libraries", "default_transaction_read_only")
}
"""One for a query that the operator declared, in a copy: it means what it means to the database's own sessions."""
LATER = {"transaction_timeout": (17, "0")}
"""What only newer servers know, by the major version from which they do: it is set when that is known."""


def options(session: Session, version: int = 0) -> str:
    """The same as libpq's `options` or PGOPTIONS; a backslash keeps a blank in its value. `version`: the server's
    major one, where it is known."""
    newer = {name: value for name, (since, value) in LATER.items() if version >= since}
    return " ".join(f"-c {name}={escaped(value)}" for name, value in {**session, **newer}.items())


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def later(version: int) -> str:
    """The statements that set what only a server of this major version knows; empty where it knows no more."""
    return "; ".join(f"set {name} = {value}" for name, (since, value) in LATER.items() if version >= since)
