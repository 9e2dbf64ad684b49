"""A row of the ledger."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Applied:
    """`execution_time` is in nanoseconds, -1 where nobody measured it; `installed_on` is ISO 8601.

    `success` is false while a script outside of a transaction runs, or after it died; sqlx calls that dirty.
    """

    version: int
    description: str
    success: bool
    checksum: bytes
    installed_on: str = ""
    execution_time: int = -1
