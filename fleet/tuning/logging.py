"""The log: what an operator wants to have known, in lines that pgBadger reads.

PostgreSQL writes to Debian's file (`/var/log/postgresql/postgresql-17-main.log`) without a collector of its own:
one known path for every reader. Turning it over daily and at 100 MB is logrotate's, on the host.
No statement is logged for what it is: one that sets a password would be.
"""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given

CHAPTER = "log"

PREFIX = "%m [%p]: user=%u,db=%d,app=%a,client=%h "


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    yield Setting(
        "logging_collector", "off", "Debian's file, turned over by logrotate, is the one place to look", CHAPTER
    )
    yield Setting(
        "log_line_prefix", PREFIX, "time, process, user, database, application, client; pgBadger reads it", CHAPTER
    )
    yield Setting("log_timezone", "Etc/UTC", "the logs of all nodes can be laid side by side", CHAPTER)
    yield Setting("lc_messages", "C", "in English, for pgBadger and for searching", CHAPTER)
    yield Setting("log_min_duration_statement", "1s", "statements that take a second or more", CHAPTER)
    yield Setting(
        "log_lock_waits", "on", "who waits for a lock longer than deadlock_timeout (1s), and for whom", CHAPTER
    )
    yield Setting("log_temp_files", "10MB", "what spills from work_mem to disk", CHAPTER)
    yield Setting("log_checkpoints", "on", "when, why and how long", CHAPTER)
    yield Setting("log_autovacuum_min_duration", "0", "every run: what it found and what it cost", CHAPTER)
    yield Setting("log_connections", *connections(given.version), CHAPTER)
    yield Setting("log_disconnections", "on", "and how long each stayed", CHAPTER)
    yield Setting("log_replication_commands", "on", "which standby or backup asked for what", CHAPTER)
    why = "none: a statement that sets a password would be logged with it; pgaudit is made for audits"
    yield Setting("log_statement", "none", why, CHAPTER)


def connections(version: int) -> tuple[str, str]:
    """(value, why)"""
    why = "who came from where, as whom, and by which method"
    return ("receipt,authentication,authorization" if version >= 18 else "on"), why
