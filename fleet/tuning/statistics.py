"""What the server counts about itself, for those who watch it."""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given

CHAPTER = "statistics"

ALWAYS = "pg_stat_statements"


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    libraries = ", ".join(dict.fromkeys((ALWAYS, *given.libraries)))
    yield Setting(
        "shared_preload_libraries", libraries, "every statement's time and count; needs a restart to add", CHAPTER
    )
    yield Setting(
        "pg_stat_statements.max", "10000", "so many different statements before the rarest is forgotten", CHAPTER
    )
    yield Setting("pg_stat_statements.track", "all", "those inside of functions too", CHAPTER)
    yield Setting(
        "track_io_timing", "on", "how long reads and writes took; pg_test_timing shows what it costs", CHAPTER
    )
    yield Setting("track_activity_query_size", "4kB", "pg_stat_activity shows long statements whole", CHAPTER)
