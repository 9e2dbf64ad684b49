"""How long things may take, and how such a time is said."""

from dataclasses import dataclass

from fleet.duration import parse_duration

LONGEST = 2**31 - 1  # milliseconds: what PostgreSQL's timeouts hold
MOST_RETRIES = 1000
CONCURRENT_LOCK_TIMEOUT = 600_000  # milliseconds


@dataclass(frozen=True)
class Limits:
    """Timeouts in milliseconds, 0 for none. `wait` is for the lock that keeps migrators apart."""

    lock_timeout: int = 3_000
    statement_timeout: int = 3_600_000
    retries: int = 10
    wait: int = 300_000


def parse_timeout(text: str) -> int:
    """Milliseconds for one of PostgreSQL's timeouts; raises ValueError with a sentence."""
    if text == "0":
        return 0
    duration = parse_duration(text)
    if duration > LONGEST:
        raise ValueError(f"{text} is longer than PostgreSQL's longest timeout, {LONGEST} ms")
    return duration
