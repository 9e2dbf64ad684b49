"""Statements as one psql script that keeps its secrets and never waits for a standby.

Made for `psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse -f -`: terse, because an error would else quote its line.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from .statement import Statement, plain

SESSION = (
    # nothing of ours in the server's log, in pg_stat_statements or in pg_stat_activity, where others could read it
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_duration_sample", "-1"),
    ("log_transaction_sample_rate", "0"),
    ("log_min_error_statement", "panic"),
    ("debug_print_parse", "off"),
    ("debug_print_rewritten", "off"),
    ("debug_print_plan", "off"),
    ("pg_stat_statements.track", "none"),
    ("track_activities", "off"),
    # a first deploy of a synchronous cluster has no standby yet: a commit would wait for ever
    ("synchronous_commit", "local"),
    # neither what a role or database was given by hand, nor a stranger's lock, decides how this ends
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("lock_timeout", "10s"),
    ("default_transaction_read_only", "off"),
    ("row_security", "off"),
    # what the texts below mean
    ("client_encoding", "UTF8"),
    ("standard_conforming_strings", "on"),
    ("search_path", ""),
    ("client_min_messages", "warning"),
)


def script(statements: Iterable[Statement], database: str) -> str:
    """Those of `statements` that belong to `database`; empty if there are none. All or nothing, where SQL allows it.

    Only what cannot run in a transaction (CREATE DATABASE) stands between transactions.
    """
    wanted = [one for one in statements if one.database == database]
    if not wanted:
        return ""
    return "\n".join([*_session(), *_transactions(wanted), ""])


def _session() -> Iterator[str]:
    yield "\\set ON_ERROR_STOP on"
    yield "\\set VERBOSITY terse"
    yield from (f"SET {name} = '{value}';" for name, value in SESSION)


def _transactions(statements: Iterable[Statement]) -> Iterator[str]:
    for alone, group in groupby(statements, key=lambda one: one.alone):
        commands = [f"-- {plain(one.sentence)}\n{one.sql}" for one in group]
        yield from commands if alone else ("BEGIN;", *commands, "COMMIT;")
