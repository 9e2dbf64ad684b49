"""What a copy of production must not do by itself: nothing of it is seen outside of the copy, by anyone.

A restored copy knows what production knows: where its publishers are and which slots it reads there, which jobs run
at night, what is to be called when a recovery ends. All of that stays behind, in a server beside production, in a
drill, and in a cluster with `backups.read_only`; a restore in place, which becomes production, does it again.
What only a session does (a query on a foreign table, `drop subscription`, a function of pg_net) a copy does not do by
itself: whoever opens one answers for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .extensions import PRELOADED
from .setting import Setting

CHAPTER = "copy"
WORKING = frozenset(["pg_cron"])
"""Those of the libraries that are preloaded which do something by themselves."""
LIBRARIES = "shared_preload_libraries"


@dataclass(frozen=True)
class Quiet:
    """A setting that keeps a copy quiet, from version `since` on."""

    name: str
    value: str
    why: str
    since: int = 14


ALONE = (
    Quiet("max_logical_replication_workers", "0", "a copy: its subscriptions would use up production's slots"),
    Quiet("max_sync_workers_per_subscription", "0", "a copy: no table is fetched from a publisher"),
    Quiet("sync_replication_slots", "off", "a copy: it fetches no slot from a primary", 17),
    Quiet("archive_mode", "off", "a copy: the repositories are production's"),
    Quiet("archive_command", "", "a copy: it archives nothing"),
    Quiet("archive_library", "", "a copy: it archives nothing", 15),
    Quiet("archive_cleanup_command", "", "a copy: it calls nothing that production calls"),
    Quiet("recovery_end_command", "", "a copy: it calls nothing that production calls"),
    Quiet("cron.launch_active_jobs", "off", "a copy: it runs none of production's jobs"),
)
"""What holds in every copy."""
BESIDE = (
    *ALONE,
    Quiet(LIBRARIES, "", "a copy: no library works in the background"),
    Quiet("session_preload_libraries", "", "a copy: no library works in the background"),
    Quiet("local_preload_libraries", "", "a copy: no library works in the background"),
    Quiet("event_triggers", "off", "a copy: nothing of an owner's runs because somebody looks in", 17),
    Quiet("external_pid_file", "", "a copy: this file is production's"),
    Quiet("stats_temp_directory", "pg_stat_tmp", "a copy: another directory may be production's"),
)
"""What holds besides in a server that lives beside production, on its host."""
LAST = {"stats_temp_directory": 14}
"""The last version that knows a setting, of those that are gone since."""


def known(wanted: Iterable[Quiet], version: int) -> Iterator[Quiet]:
    """Those that this version of PostgreSQL knows."""
    return (one for one in wanted if one.since <= version <= LAST.get(one.name, version))


def beside(version: int) -> dict[str, str]:
    """The values that a server beside production is started with."""
    return {one.name: one.value for one in known(BESIDE, version)}


def quieted(settings: Iterable[Setting], version: int) -> Iterator[Setting]:
    """A server's settings as a copy of its own hosts has them: each once, in the place where it was."""
    quiet = {one.name: Setting(one.name, one.value, one.why, CHAPTER) for one in known(ALONE, version)}
    for setting in settings:
        if setting.name == LIBRARIES:
            yield _harmless(setting)
        else:
            found = quiet.pop(setting.name, None)
            yield replace(found, chapter=setting.chapter) if found else setting
    yield from quiet.values()


def _harmless(setting: Setting) -> Setting:
    """The libraries that only watch what sessions do."""
    named = [one.strip(' "') for one in setting.value.split(",")]
    kept = [one for one in named if one in PRELOADED - WORKING]
    left = ", ".join(one for one in named if one and one not in kept)
    why = f"{setting.why}; a copy: without {left}, which works by itself" if left else setting.why
    return replace(setting, value=", ".join(kept), why=why)


def spoken(version: int) -> frozenset[str]:
    """The settings that no file of production's may set in a copy."""
    return frozenset((LIBRARIES, *(one.name for one in known(ALONE, version))))
