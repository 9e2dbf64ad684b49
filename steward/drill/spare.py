"""A drill `disaster` from where it was made: on the spare host that is the primary now.

What the deploy's own restore has noted on its way becomes phases; then the server proves itself, and stops for good.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.drill import Phase, Proof, Report, Targets, missed, unknown
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..restore import TIMED
from ..restore.target import parse_moment
from ..server import SOCKETS, ask
from . import proof
from .order import assertions
from .phases import SEGMENT

WRITTEN = "select extract(epoch from min(at))::float as at from pgsteward.heartbeat where at > to_timestamp(%s)"
PATIENCE = 30.0  # seconds until the first heartbeat
PAUSE = 0.2
UNDERWAY = 2.0  # seconds that an order may take from the conductor to here


@dataclass(frozen=True)
class Spare:
    """The server of this host, as one that can prove itself."""

    told: Described

    @property
    def directory(self) -> Path:
        return self.told.data

    @property
    def port(self) -> int:
        return self.told.port

    @property
    def sockets(self) -> Path:
        return SOCKETS

    def stop(self) -> None:
        command = [str(self.told.binaries / "pg_ctl"), "--silent", f"--pgdata={self.directory}", "stop", "-m", "fast"]
        subprocess.run(command, capture_output=True, check=False)


def concluded(told: Described, order: dict[str, Any]) -> Report:
    """The report. `order`: `begun` and `now`, moments of the epoch by the conductor's clock; `alive`: whether
    production answered at the first; `rto` and `rpo` as promised; `proof`: what the conductor has tried itself."""
    if not told.read_only:
        problem = Problem(told.cluster, "archives into its repositories: this is no drill", "run it on the spare hosts")
        raise Refused("the drill", [problem])
    seen = json.loads((told.state / TIMED).read_text(encoding="utf-8"))
    begun = order["begun"] + skew(order["now"], time.time())
    written, begin = first_write(told, seen["recovered"]), time.time()
    targets = Targets(order["rto"], order["rpo"])
    rto = round(written - begun, 2)
    rpo = lacking(begun, order["alive"], seen["recovered"], seen["newest"])
    claims = (*(Proof(**one) for one in order["proof"]), *proved(Spare(told), seen))
    parts = (*phases(told, begun, seen, written), Phase("proof", round(time.time() - begin, 3)))
    said = [f"not so: {one.what}: {one.said}" for one in claims if not one.ok]
    said += missed(rto, rpo, targets)
    said = said or list(unknown(rto, rpo, targets))
    return Report(
        kind="disaster",
        cluster=told.cluster,
        node=told.node,
        begin=int(begun),
        end=int(time.time()),
        ok=not said,
        problems=tuple(said),
        targets=targets,
        rto=rto,
        rpo=rpo,
        source={name: seen["plan"][name] for name in ("repository", "backup")},
        phases=parts,
        proof=claims,
    )


def skew(sent: float, received: float) -> float:
    """How far this host's clock is before the conductor's; what an order may take on its way counts as none."""
    return received - sent if not 0 <= received - sent <= UNDERWAY else 0.0


def lacking(begun: float, alive: bool, recovered: float, newest: str) -> "float | None":
    """Seconds of writes that are lost. A production that is there writes on, and recovery follows its archive: it is
    lost when that came to its end. One that did not answer and has written since was there all the same."""
    if not newest:
        return None
    last = parse_moment(newest).timestamp()
    return round(max((recovered if alive or last > begun else begun) - last, 0.0), 1)


def first_write(told: Described, recovered: float) -> float:
    """When the heartbeat wrote its first row after the recovery; raises `Refused` where it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        row = ask(told, WRITTEN, (recovered,))
        if row and row["at"]:
            return float(row["at"])
        time.sleep(PAUSE)
    raise Refused("the drill", [Problem("heartbeat", "has not written since the recovery", "does its service run?")])


def phases(told: Described, begun: float, seen: dict[str, Any], written: float) -> Iterator[Phase]:
    """The parts of the recovery, one after the other."""
    log = Path(f"/var/log/postgresql/postgresql-{told.version}-{told.cluster}.log").read_text(errors="replace")
    segments = len(re.findall(SEGMENT, log))
    yield Phase("ready hosts", round(max(seen["begin"] - begun, 0.0), 3))
    yield Phase("restore", round(seen["fetched"] - seen["begin"], 3), bytes=seen["plan"]["size"])
    yield Phase("configure", round(max(seen["started"] - seen["fetched"], 0.0), 3))
    yield Phase("replay", round(max(seen["recovered"] - seen["started"], 0.0), 3), segments=segments)
    yield Phase("first write", round(max(written - seen["recovered"], 0.0), 3))


def proved(server: Spare, seen: dict[str, Any]) -> Iterator[Proof]:
    """The same claims as beside production, but for what only production could know."""
    newest = f"it holds everything up to {seen['newest']}" if seen["newest"] else ""
    yield Proof("the heartbeat came back with it", bool(newest), newest or "there is no row of it")
    yield proof.indexes(server)
    for one in assertions(server.told):
        yield proof.assertion(server, one)
    yield proof.sound(server)
    yield proof.checksums(server)
