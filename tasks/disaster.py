"""`make drill kind=disaster`: everything is lost but a repository, and comes back on spare hosts; nobody else is asked.

It writes an environment of its own beside the declared one, recovers by the product's own door, has the acceptance
tests pass where they can, the data prove itself, and clears the hosts, whatever happened. The report lies in
`reports/<cluster>/` and, where production answers, with the others on its primary.

    0  a good drill        1  refused, or not a good one        130  interrupted; the hosts are cleared by the next one
"""

import argparse
import fcntl
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from fleet.disaster import derived
from fleet.drill import Report, Targets, report, shown
from fleet.environment import Disaster
from fleet.environment.document import read as parsed
from fleet.problem import Problem, Refused

from .acceptance import accepted
from .environment import content, project, read

OURS = "# Written by `make drill kind=disaster` for as long as it takes, and removed by it.\n"
INVENTORY = f"{OURS}from tasks.inventory import load as _load\n\nglobals().update(_load(__file__))\n"
NOT_HERE = ("test_backups", "test_replication")
"""What production promises of its own repositories and standbys, and a drill does not."""
BAD = 1
PATIENCE = 2  # seconds


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
    options = parser().parse_args(arguments)
    try:
        with staged(Path(options.inventory), options.cluster) as stage:
            found = drilled(stage)
            path = keep(stage, found)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        return 130
    print(shown(found))
    print(f"  its report: {path}")
    return 0 if found.ok else BAD


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m tasks.disaster", description="everything is lost but a repository")
    whole.add_argument("inventory", help="such as inventories/prod")
    cleared = "its name, typed: the spare hosts that stand for it are cleared afterward"
    whole.add_argument("cluster", nargs="?", default="", help=cleared)
    return whole


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


def drilled(stage: Stage) -> Report:
    """Recovers, has it proved, and clears the hosts."""
    begun, alive = time.time(), answers(*stage.primary)
    try:
        if run(stage.spare, "recover"):
            return failed(stage, begun, "the recovery failed: what pyinfra said stands above")
        with tempfile.TemporaryDirectory(prefix="pgsteward-drill-") as directory:
            file = Path(directory) / "drilled.json"
            promised = {"rto": stage.declared.rto, "rpo": stage.declared.rpo}
            proof = [asdict(accepted(stage.spare, "on the spare hosts", left_out=NOT_HERE))]
            file.write_text(json.dumps({"begun": begun, "alive": alive, **promised, "proof": proof}), encoding="utf-8")
            if run(stage.spare, "conclude", file):
                return failed(stage, begun, "what came back did not prove itself: what pyinfra said stands above")
            return report(json.loads(file.read_text(encoding="utf-8")))
    finally:
        if run(stage.spare, "clear"):
            print(
                f"the spare hosts are not cleared\n    HINT: {stage.spare.name}: run the drill again", file=sys.stderr
            )


def answers(address: str, port: int) -> bool:
    """Whether production is there: nothing is asked of it, but what it still writes counts until it is read."""
    try:
        socket.create_connection((address, port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def run(inventory: Path, step: str, file: Path | None = None, *more: str) -> int:
    """One step of pyinfra's."""
    words = ["--data", "kind=disaster", "--data", f"step={step}", *(("--data", f"file={file}") if file else ()), *more]
    command = [sys.executable, "-m", "pyinfra", "-y", str(inventory), "backup/drill.py", *words]
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode


def failed(stage: Stage, begun: float, why: str) -> Report:
    """A drill that got nowhere, which is what most has to be known."""
    node = next(iter(stage.declared.hosts))
    targets = Targets(stage.declared.rto, stage.declared.rpo)
    source = {"repository": stage.declared.repository}
    found = Report("disaster", stage.cluster, node, int(begun), int(time.time()), False, (why,), targets)
    return replace(found, source=source)


def keep(stage: Stage, found: Report) -> Path:
    """Writes the report here, and on production's primary if that is there."""
    directory = project(stage.production) / "reports" / stage.cluster
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(found.begin))}-{found.kind}.json"
    path.write_text(json.dumps(found.document(), indent=1) + "\n", encoding="utf-8")
    if run(stage.production, "keep", path, "--limit", stage.cluster, "--data", f"cluster={stage.cluster}"):
        print("production did not answer: the report lies here alone", file=sys.stderr)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
