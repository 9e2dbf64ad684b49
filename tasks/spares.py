"""`make ready`: the spare hosts of a disaster have the packages that it needs, so that none of its time goes to apt.

They are no hosts of production's inventory: a deploy has not to reach them, and none of its verbs means them. Here they
get an environment of their own, written beside the declared one for as long as it takes; in it they stand for the
nodes whose names they carry. `tasks/disaster.py` recovers in the same.

    0  ready        1  refused, or failed on one of them        130  interrupted
"""

import argparse
import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from fleet.disaster import derived
from fleet.environment import Disaster
from fleet.environment.document import read as parsed
from fleet.problem import Problem, Refused

from . import verbs
from .environment import content, read

OURS = "# Written by `make drill kind=disaster` or `make ready` for as long as it takes, and removed by it.\n"
INVENTORY = f"{OURS}from tasks.inventory import load as _load\n\nglobals().update(_load(__file__))\n"
BAD = 1
INTERRUPTED = 130


@dataclass(frozen=True)
class Stage:
    """Where a drill takes place: production's inventory, the one of the spare hosts, and what was promised."""

    cluster: str
    production: Path
    spare: Path
    declared: Disaster
    primary: tuple[str, int]
    """Where production's server would answer."""


def main(arguments: list[str]) -> int:
    options = parser("tasks.spares", "the spare hosts of a disaster get their packages").parse_args(arguments)
    try:
        with staged(Path(options.inventory), options.cluster) as stage:
            return verbs.main("drill", str(stage.spare), *ordered("ready"))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        return INTERRUPTED


def parser(module: str, what: str) -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog=f"python -m {module}", description=what)
    whole.add_argument("inventory", help="such as inventories/prod")
    whole.add_argument("cluster", nargs="?", default="", help="the name of the one that declares drills.disaster")
    return whole


def ordered(step: str, file: Path | None = None) -> list[str]:
    """One step on these hosts, as backup/drill.py is told of it."""
    return ["--data", "kind=disaster", "--data", f"step={step}", *(("--data", f"file={file}") if file else ())]


@contextmanager
def staged(inventory: Path, cluster: str) -> Iterator[Stage]:
    """Writes the environment of the spare hosts beside the declared one, and removes it again."""
    source = inventory.with_name(f"{inventory.name}.yml")
    declared = read(source)
    document = derived(parsed(content(source), str(source)).content, cluster)
    found = declared.clusters[cluster]
    assert found.drills and found.drills.disaster
    primary = str(found.primary[1].address), found.port
    spare = inventory.with_name(f"{inventory.name}-disaster")
    file = spare.with_name(f"{spare.name}.yml")
    with claimed(spare, file):
        file.write_text(OURS + yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
        spare.write_text(INVENTORY, encoding="utf-8")
        read(file)  # it has to be one
        yield Stage(cluster, inventory, spare, found.drills.disaster, primary)


@contextmanager
def claimed(spare: Path, file: Path) -> Iterator[None]:
    """The names are this drill's alone, and gone at its end; raises `Refused` where another has them, or somebody."""
    for path in (spare, file):
        if path.exists() and path.read_text(encoding="utf-8")[: len(OURS)] not in ("", OURS):
            what = "is there, and was not written by a drill, which would write and remove it"
            raise Refused("the drill", [Problem(str(path), what, "give that environment another name")])
    with spare.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "belongs to a drill that is under way"
            raise Refused("the drill", [Problem(str(spare), what, "wait for its end")]) from None
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            spare.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
