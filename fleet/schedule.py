"""When jobs run, in plain words, and the same as cron says it."""

import re
import zlib
from dataclasses import dataclass

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
HOURS = (1, 2, 3, 4, 6, 8, 12)
JITTER = 20  # minutes at most, so that clusters that share a repository do not begin at once


@dataclass(frozen=True)
class Times:
    """Every so many hours, or at a time of every day or of one day of the week (0 is Sunday)."""

    every: int | None = None
    day: int | None = None
    hour: int = 0
    minute: int = 0

    @property
    def longest_pause(self) -> int:
        """Seconds between one run and the next, at most."""
        hours = self.every or (24 if self.day is None else 7 * 24)
        return hours * 3600


def parse(text: str) -> Times:
    """The times that `text` says; raises ValueError with a lower-case sentence."""
    if found := re.fullmatch(r"every (\d+)h", text):
        if int(found[1]) not in HOURS:
            raise ValueError(f"a day does not divide into {found[1]} hours")
        return Times(every=int(found[1]))
    found = re.fullmatch(r"([a-z]+) (\d\d):(\d\d)", text)
    if not found or found[1] not in ("daily", *DAYS) or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError("it is not a time")
    day = None if found[1] == "daily" else DAYS.index(found[1])
    return Times(day=day, hour=int(found[2]), minute=int(found[3]))


def minute(times: Times, name: str) -> int:
    """The minute of cron; `name` moves it by a few, always the same."""
    return _moved(times, name) % 60


def hours(times: Times, name: str, instead: Times | None = None) -> str:
    """A shell pattern of the hours in UTC as `date -u +%w-%H` writes them: `0-01`, `?-01`, `?-00|?-12`, `?-??`.

    Cron knows the host's time zone alone, so the job is begun every hour and looks at UTC itself. On the day of
    `instead`, where that is a weekly job at the same time, a daily one does not run.
    """
    if times.every == 1:
        return "?-??"
    if times.every:
        return "|".join(f"?-{hour:02}" for hour in range(0, 24, times.every))
    day = "?" if times.day is None else str(times.day)
    if instead and gives_way(times, instead):
        day = "[" + "".join(str(one) for one in range(7) if one != instead.day) + "]"
    return f"{day}-{_moved(times, name) // 60:02}"


def pause(times: Times, instead: Times | None = None) -> int:
    """Seconds between one run and the next, at most: a daily job that gives way to a weekly one leaves a day out."""
    return times.longest_pause * (2 if gives_way(times, instead) else 1)


def gives_way(times: Times, instead: Times | None) -> bool:
    """Whether a daily job does not run on the day of `instead`: a weekly one at the same time."""
    return bool(instead and instead.day is not None and times == Times(hour=instead.hour, minute=instead.minute))


def following(times: Times, name: str, now: int) -> int:
    """When the job runs next after `now`, both in seconds of the epoch."""
    slot = now // 3600 * 3600 + minute(times, name) * 60
    patterns = [one.split("-") for one in hours(times, name).split("|")]
    while slot <= now or not any(_fits(slot, day, hour) for day, hour in patterns):
        slot += 3600
    return slot


def _fits(slot: int, day: str, hour: str) -> bool:
    """Whether the moment is in that hour of that day; the epoch began on a Thursday."""
    return hour in ("??", f"{slot // 3600 % 24:02}") and day in ("?", str((slot // 86400 + 4) % 7))


def _moved(times: Times, name: str) -> int:
    """The minute of the day, never moved into the next one."""
    planned = times.hour * 60 + times.minute
    moved = planned + zlib.crc32(name.encode()) % JITTER
    return moved if moved < 24 * 60 else planned
