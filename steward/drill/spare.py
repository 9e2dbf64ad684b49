"""A drill `disaster` from where it was made: on the spare host that is the primary now.

What the deploy's own restore has noted on its way becomes phases. Then the server stops for good, and its data, which
knows its owners' code, proves itself as an isolated one, which is gone with it.
"""

import json
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.drill import Phase, Proof, Report, Targets, missed, unknown
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..isolated import asked
from ..isolated.asked import Enclosed, isolated
from ..restore import TIMED
from ..restore.instance import FAILED, Instance, serves
from ..restore.target import parse_moment
from ..server import ask
from . import proof
from .order import assertions
from .phases import SEGMENT

WRITTEN = "select extract(epoch from min(at))::float as at from pgsteward.heartbeat where at > to_timestamp(%s)"
PATIENCE = 30.0  # seconds until the first heartbeat
PAUSE = 0.2
UNDERWAY = 2.0  # seconds that an order may take from the conductor to here
STOPPED = 3600  # seconds that the server may take to write what it has in memory
PLACE = "isolated"
"""The directory below the data's own that it is handed over in, and gone from afterwards."""


@dataclass(frozen=True)
class Spare(Instance):
    """The server of this host, where it was recovered."""

    @property
    def log(self) -> Path:
        return Path(f"/var/log/postgresql/postgresql-{self.told.version}-{self.told.cluster}.log")

    def stop(self) -> None:
        """Raises `Refused` where it runs on: nobody else may have its data then."""
        if serves(self.directory):
            self._ctl("stop", "-m", "fast", "-w", "-t", str(STOPPED))


def concluded(told: Described, order: dict[str, Any]) -> Report:
    """The report. `order`: `begun` and `now`, moments of the epoch by the conductor's clock; `alive`: whether
    production answered at the first; `rto` and `rpo` as promised; `proof`: what the conductor has tried itself."""
    if not told.read_only:
        problem = Problem(told.cluster, "archives into its repositories: this is no drill", "run it on the spare hosts")
        raise Refused("the drill", [problem])
    asked.reachable()
    seen = json.loads((told.state / TIMED).read_text(encoding="utf-8"))
    begun = order["begun"] + skew(order["now"], time.time())
    written, begin = first_write(told, seen["recovered"]), time.time()
    targets = Targets(order["rto"], order["rpo"])
    rto = round(written - begun, 2)
    rpo = lacking(begun, order["alive"], seen["recovered"], seen["newest"])
    claims = [*(Proof(**one) for one in order["proof"]), came_back(seen)]
    problems = prove(told, claims)
    parts = (*phases(told, begun, seen, written), Phase("proof", round(time.time() - begin, 3)))
    said = [f"{one.where}: {one.what}" for one in problems]
    said += [f"not so: {one.what}: {one.said}" for one in claims if not one.ok]
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
        proof=tuple(claims),
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
    segments = len(re.findall(SEGMENT, spare(told).log.read_text(errors="replace")))
    yield Phase("ready hosts", round(max(seen["begin"] - begun, 0.0), 3))
    yield Phase("restore", round(seen["fetched"] - seen["begin"], 3), bytes=seen["plan"]["size"])
    yield Phase("configure", round(max(seen["started"] - seen["fetched"], 0.0), 3))
    yield Phase("replay", round(max(seen["recovered"] - seen["started"], 0.0), 3), segments=segments)
    yield Phase("first write", round(max(written - seen["recovered"], 0.0), 3))


def spare(told: Described) -> Spare:
    return Spare(told, told.data, told.port)


def enclosed(told: Described) -> Enclosed:
    """The same, for everything that asks it a question. Its place lies within the data's own directory, which is
    postgres's, whoever has those above it."""
    return Enclosed(told, told.data / PLACE / "data", told.port)


def came_back(seen: dict[str, Any]) -> Proof:
    newest = f"it holds everything up to {seen['newest']}" if seen["newest"] else ""
    return Proof("the heartbeat came back with it", bool(newest), newest or "there is no row of it")


def prove(told: Described, claims: list[Proof]) -> Sequence[Problem]:
    """Adds the claims that production makes beside itself, too, but for what only production could know; what has ended
    that before its end."""
    import psycopg

    server = enclosed(told)
    try:
        pages = proof.checksums(spare(told))
        move(told.data, server.directory)
        with isolated(server, "drill"):
            claims += asserted(server)
        claims.append(pages)
    except Refused as refused:
        return refused.problems
    except psycopg.Error as error:
        server.keep_log()
        return (Problem("the isolated server", proof.line(str(error)), f"its log is {FAILED}"),)
    return ()


def asserted(server: Enclosed) -> Iterator[Proof]:
    """What a server that runs can prove."""
    yield proof.indexes(server)
    for one in assertions(server.told):
        yield proof.assertion(server, one)
    yield proof.sound(server)


def move(data: Path, place: Path) -> None:
    """What lies in the data's directory lies in another below it."""
    place.mkdir(mode=0o700, parents=True)
    for path in sorted(data.iterdir()):
        if path not in place.parents:
            path.rename(place / path.name)
    if (tablespaces := Path(f"{data}-tablespaces")).exists():
        move_tablespaces(tablespaces, place)


def move_tablespaces(tablespaces: Path, place: Path) -> None:
    """They lie beside the data again, and its links lead there."""
    beside = Path(f"{place}-tablespaces")
    shutil.move(tablespaces, beside)
    for link in sorted((place / "pg_tblspc").iterdir()):
        with suppress(ValueError):  # made since the backup, and lies elsewhere
            target = beside / link.readlink().relative_to(tablespaces)
            link.unlink()
            link.symlink_to(target)


def tidy(told: Described) -> None:
    """Removes what an isolated server has left that nobody could clear away: postgres cannot."""
    with suppress(FileNotFoundError):
        asked.clear(told.data / PLACE)
