"""`make drill kind=disaster`: everything is lost but a repository, and comes back on spare hosts; nobody else is asked.

It recovers by the product's own door, in the environment of the spare hosts, has the acceptance tests pass where they
can, the data prove itself, and clears the hosts, whatever happened. The report lies in `reports/<cluster>/` and, where
production answers, with the others on its primary.

    0  a good drill        1  refused, or not a good one        130  interrupted; the hosts are cleared by the next one
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from fleet.drill import Report, Targets, report, shown
from fleet.problem import Refused

from .acceptance import accepted
from .environment import project
from .spares import BAD, INTERRUPTED, Stage, ordered, parser, staged

NOT_HERE = ("test_backups", "test_replication")
"""What production promises of its own repositories and standbys, and a drill does not."""
PATIENCE = 2  # seconds


def main(arguments: list[str]) -> int:
    whole = parser("tasks.disaster", "everything is lost but a repository; the spare hosts are cleared afterward")
    options = whole.parse_args(arguments)
    try:
        with staged(Path(options.inventory), options.cluster) as stage:
            found = drilled(stage)
            path = keep(stage, found)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        return INTERRUPTED
    print(shown(found))
    print(f"  its report: {path}")
    return 0 if found.ok else BAD


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
    words = [*ordered(step, file), *more]
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
