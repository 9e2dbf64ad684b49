"""Connections as clients meet them: who always gets in, and when a dead client is noticed.

Timeouts of statements belong to roles: the one of an application must not kill a migration or a dump.
"""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given
from .memory import RESERVED, RESERVED_FOR_SUPERUSERS

CHAPTER = "clients"


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    why = "an operator gets in when applications have taken every other connection"
    yield Setting("superuser_reserved_connections", str(RESERVED_FOR_SUPERUSERS), why, CHAPTER)
    if given.version >= 16:
        why = "so do monitoring and backups, by membership in pg_use_reserved_connections"
        yield Setting("reserved_connections", str(RESERVED), why, CHAPTER)
    why = "none for the whole server: timeouts belong to roles, or they kill migrations and dumps"
    yield Setting("statement_timeout", "0", why, CHAPTER)
    yield Setting("authentication_timeout", "30s", "half the default; a stranger holds a connection no longer", CHAPTER)
    yield Setting("tcp_keepalives_idle", "60s", "a silent client is asked after a minute, not after two hours", CHAPTER)
    yield Setting("tcp_keepalives_interval", "10s", "and every 10 seconds from then on", CHAPTER)
    yield Setting("tcp_keepalives_count", "6", "six times: a dead client is gone after two minutes", CHAPTER)
    why = "and so is one that takes nothing of what it is sent"
    yield Setting("tcp_user_timeout", "2min", why, CHAPTER)
    why = "a query whose client has gone away stops"
    yield Setting("client_connection_check_interval", "10s", why, CHAPTER)
