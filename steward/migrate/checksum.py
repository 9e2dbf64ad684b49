"""Checksums as sqlx keeps them: SHA-384 of a file's bytes.

Also, whether a file differs from what was applied in its line ends alone, which Git and editors change unasked.
"""

import hashlib
from collections.abc import Iterator


def checksum(content: bytes) -> bytes:
    """48 bytes; what `sha384sum` prints in hex. Source: sqlx-core/src/migrate/migration.rs."""
    return hashlib.sha384(content).digest()


def differs_in_newlines_only(content: bytes, applied: bytes) -> bool:
    """Whether `content`, with other line ends or another number of newlines at its end, was what was applied."""
    return any(checksum(variant) == applied for variant in _variants(content))


def _variants(content: bytes) -> Iterator[bytes]:
    lines = content.replace(b"\r\n", b"\n").rstrip(b"\n")
    for newline in (b"\n", b"\r\n"):
        body = lines.replace(b"\n", newline)
        yield from (body + newline * count for count in range(4))
