"""Dumps go off this site: to each target what it does not have and would keep, and there goes what it no longer keeps.

What is pending is told by what was last seen at the target, so that an hour in which nothing is costs nothing; before
anything is sent or deleted the target is asked. Each target is alone with its troubles.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from fleet.problem import Problem, Refused

from ..cluster import Described, Job
from ..locked import BUSY, Busy, locked, queued
from ..progress import Progress
from ..records import recorded
from . import here as house
from . import owner, retention, store
from .away import memory
from .away.seal import HOME, LOCK, NEW
from .away.tarball import Spoilt
from .away.target import Kept, Target
from .away.targets import named, targets
from .owner import Owner
from .store import Dump

STAGING = ".sealed"
SEALED = re.compile(r"(.+)\.tar\.(?:age|gpg)(?:\.json)?(\.new)?")
LOOKED = 86400
"""Seconds after which a target is asked anew, since somebody else may have deleted there."""


@dataclass
class Sent:
    """What came of one target: ids of dumps that were sent, and of those that went there."""

    target: str
    dumps: list[str] = field(default_factory=list)
    bytes: int = 0
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def told(self) -> list[Problem]:
        """The problems, each with the target's name."""
        return [replace(one, where=f"target {self.target}, {one.where}") for one in self.problems]

    def __str__(self) -> str:
        words = [f"{len(self.dumps)} sent", *([f"{len(self.gone)} no longer kept"] if self.gone else [])]
        return f"{self.target}: {', '.join(words)}"


def send(told: Described, name: str = "", progress: Progress | None = None) -> int:
    """Sends what is pending to every target, or to the one of this name, all at once, each on record.

    Exit codes: 0 done, 75 every target is being sent to already. Raises `Refused` with what went wrong, in the end.
    """
    found = targets(told)
    chosen = [named(found, name, told.cluster)] if name else found
    shown, problems, busy = progress or Progress(), [], 0
    disown(told, found)
    with ThreadPoolExecutor(max(len(chosen), 1)) as pool:
        for work in [pool.submit(on_record, told, one, shown) for one in chosen]:
            try:
                problems += work.result().told()
            except Busy:
                busy += 1
    if problems:
        raise Refused(f"{told.cluster}: dumps are not all where they should be", problems)
    return BUSY if chosen and busy == len(chosen) else 0


def on_record(told: Described, target: Target, progress: Progress) -> Sent:
    """Sends to one target, under its lock, and writes down how that went."""
    with recorded(told, Job("dump-send", target.name, "", "", 0)) as outcome:
        done = sent(told, target, progress)
        outcome.exit = 1 if done.problems else 0
        outcome.more = {"dumps": done.dumps, "bytes": done.bytes, "gone": done.gone}
        if done.problems:
            outcome.more["reason"] = "; ".join(one.what for one in done.problems)
    if done.dumps or done.gone:
        print(done)
    return done


def sent(told: Described, target: Target, progress: Progress, clock: Callable[[], float] = time.time) -> Sent:
    """Sends what is pending at one target and applies its retention; raises `Busy` where that is under way."""
    staging, done = store.place(told) / STAGING, Sent(target.name)
    here = house.dumps(told)
    last = memory.seen(told, target.name)
    fresh = last is not None and last.owner is not None and 0 <= clock() - last.at < LOOKED
    if last and fresh and not pending(here, last.own, target):
        return done
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(f"send-{target.name}", staging):
        try:
            known: Sequence[Kept] = target.listed(last.kept if last else ())
            whose = owner.owned(target, owner.me(told), lambda: known)
            for one in plan(told, target, staging, owner.of(whose, here), owner.of(whose, known)):
                deliver(told, target, one, staging, progress, done)
            clean(told, target, whose, known if not done.dumps else target.listed(known), done, clock())
        except Refused as refusal:
            done.problems += refusal.problems
        except OSError as error:
            done.problems.append(full(target, error))
        finally:
            unplan(target, staging)
    return done


def pending(here: Iterable[Dump], there: Iterable[Kept], target: Target) -> list[Dump]:
    """The dumps that are here, not there, and would be kept there; the newest first. One that is known to be damaged
    helps nobody. There each begins as one that nothing has proved: what is sent for a proof that is here alone would go
    again at once."""
    at = {one.id: one for one in there}
    new = {one.id: one for one in here if one.id not in at and (one.verified is None or one.verified.sound)}
    arrived = [Kept(one.manifest, None, one.manifest.size) for one in new.values()]
    staying = retention.kept([*at.values(), *arrived], target.retention)
    return [new[one.manifest.id] for one in retention.ordered(new.values()) if one.manifest.id in staying]


def plan(told: Described, target: Target, staging: Path, here: list[Dump], known: Sequence[Kept]) -> list[Dump]:
    """What is pending; each is marked as wanted here, so that what is sealed stays until all have it."""
    found = pending(here, known, target)
    wanted = {one.id for one in found}
    for memo in staging.glob(f"*.{target.name}.upload"):
        id = memo.name.removesuffix(f".{target.name}.upload")
        if id not in wanted:
            target.forget(staging, id)
    with queued(LOCK, staging):
        for one in found:
            mark(staging, one.id, target).touch(mode=0o600)
        swept(staging)
    return found


def deliver(told: Described, target: Target, one: Dump, staging: Path, progress: Progress, done: Sent) -> None:
    """One dump is there. One that was removed here meanwhile is none that waits, and one that this disk has damaged
    does not keep the others."""
    try:
        target.send(one.directory, staging, progress)
    except Spoilt as refusal:
        done.problems += refusal.problems
    except (Refused, FileNotFoundError):
        if one.directory.exists():
            raise
    else:
        done.dumps.append(one.id)
        done.bytes += one.manifest.size
    with queued(LOCK, staging):
        mark(staging, one.id, target).unlink(missing_ok=True)
        swept(staging)


def clean(told: Described, target: Target, whose: Owner, there: Sequence[Kept], done: Sent, now: float) -> None:
    """What the target no longer keeps of its owner's goes, and what interrupted work has left there."""
    left = expired(target, whose, there, done)
    memory.remember(told, target.name, now, left, whose)
    target.tidy(now)


def expired(target: Target, whose: Owner, there: Sequence[Kept], done: Sent) -> list[Kept]:
    """Deletes what the retention there does not keep of the owner's dumps, and returns what is there then."""
    for id in retention.gone(owner.of(whose, there), target.retention):
        if target.remove(id):
            done.gone.append(id)
    return [one for one in there if one.id not in done.gone]


def mark(staging: Path, id: str, target: Target) -> Path:
    """That a dump is to go to a target."""
    return staging / f"{id}.{target.name}.wanted"


def unplan(target: Target, staging: Path) -> None:
    """What is not under way at this target need not stay sealed for it: it may be away for long."""
    with queued(LOCK, staging):
        for path in staging.glob(f"*.{target.name}.wanted"):
            if not path.with_suffix(".upload").exists():
                path.unlink()
        swept(staging)


def swept(staging: Path) -> None:
    """Removes what is sealed and waits for no target, and what a killed job left half sealed. Under the lock."""
    wanted = {path.name.rsplit(".", 2)[0] for path in staging.glob("*.wanted")}
    for path in staging.iterdir():
        found = SEALED.fullmatch(path.name)
        if found and (found[2] == NEW or found[1] not in wanted):
            path.unlink(missing_ok=True)
        elif path.name.startswith(HOME):
            shutil.rmtree(path, ignore_errors=True)


def disown(told: Described, found: Sequence[Target]) -> None:
    """What waits for a target that is declared no more waits no longer."""
    staging, known = store.place(told) / STAGING, {one.name for one in found}
    for path in [*staging.glob("*.wanted"), *staging.glob("*.upload")]:
        if path.name.rsplit(".", 2)[1] not in known:
            path.unlink(missing_ok=True)


def full(target: Target, error: OSError) -> Problem:
    what = f"nothing is sent: {(error.strerror or str(error)).lower()} ({error.filename or 'here'})"
    return Problem("this host's disk", what, "is this host's disk full, or not ours? the next sending goes on")
