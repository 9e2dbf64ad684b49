"""Replication: room for the standbys that are declared, and for those of tomorrow, without a restart."""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given

CHAPTER = "replication"

LEAST_SENDERS = 16  # enough for 5 standbys, so that a new one rarely waits for a restart
SPARE_SENDERS = 6  # a base backup takes 2, an archiver 1, an operator's copy 2, and 1 to spare


def senders(standbys: int) -> int:
    """Two for each standby: one that reconnects meets the sender of its lost connection."""
    return max(LEAST_SENDERS, 2 * standbys + SPARE_SENDERS)


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    count = senders(given.standbys)
    standbys = f"{given.standbys} standby{'s' if given.standbys != 1 else ''}"
    why = f"two for each of {standbys}, {SPARE_SENDERS} for backups and copies, at least {LEAST_SENDERS}"
    yield Setting("max_wal_senders", str(count), why, CHAPTER)
    why = f"as many as senders: {standbys}, and those to come without a restart"
    yield Setting("max_replication_slots", str(count), why, CHAPTER)
    yield Setting("hot_standby", "on", "standbys answer queries, and checks can ask how far they are", CHAPTER)
    why = "a standby looks for a new primary each second, not each 5: after a promotion commits may wait for it"
    yield Setting("wal_retrieve_retry_interval", "1s", why, CHAPTER)
    why = "none: a two-phase commit that is forgotten holds back vacuum for ever"
    yield Setting("max_prepared_transactions", "0", why, CHAPTER)
    why = "pg_dump of a schema with many partitions locks them all at once; measured: 30 to 50 kB a connection"
    yield Setting("max_locks_per_transaction", "128", why, CHAPTER)
    if given.version >= 18:
        why = "a slot that nobody has used for a week holds back vacuum for nobody"
        yield Setting("idle_replication_slot_timeout", "7d", why, CHAPTER)
