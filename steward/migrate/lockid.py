"""The advisory lock that sqlx takes, so that its migrators and ours keep out of each other's way."""

import zlib

FACTOR = 0x3D32AD9E


def lock_id(database: str) -> int:
    """The key for pg_advisory_lock(bigint): always positive. Source: sqlx-postgres/src/migrate.rs, generate_lock_id.

    CRC-32/ISO-HDLC is what zlib calls crc32.
    """
    return FACTOR * zlib.crc32(database.encode())


def halves(key: int) -> tuple[int, int]:
    """The key as pg_locks shows it: classid and objid."""
    return key >> 32, key & 0xFFFFFFFF
