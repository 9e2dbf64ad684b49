"""Drills on the running cluster: it loses its primary, or hands it over, or loses a standby, while a client writes.

Conducted from the operator's machine, where the client runs. Afterwards every node is again what the environment's
file says, and nothing of the client is left.
"""

import atexit
import json
import random
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation

from fleet import scram
from fleet.drill import Outage, Phase, Proof, Report, Targets, missed, unknown
from fleet.promotion import followed as following
from fleet.sql import literal

from .. import guard, replication, server
from ..acceptance import accepted
from ..facts import TextFact
from ..member import Member
from ..outcome import announce, refusal
from ..replication import await_streaming
from ..shell import script, text
from . import told
from .act import METER, Act
from .meter import INTERVAL, Measured
from .watching import Watching

RANDOMLY = (1.0, 3.0)  # seconds of writes before the loss
PATIENCE = 60.0  # seconds in which the client has to get through again


@dataclass
class Drill:
    """One drill while it is conducted. `act` and `back`: the handovers of it; `struck`: the moment of the loss;
    `concluded`: whether it has a report."""

    kind: str
    act: Act
    back: Act
    victim: str = ""
    begin: float = field(default_factory=time.time)
    struck: float = 0.0
    heartbeat: float = 0.0
    watching: Watching | None = None
    measured: Measured | None = None
    phases: list[Phase] = field(default_factory=list)
    concluded: bool = False
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def halfway(self) -> bool:
        """Whether one of its handovers has to be undone before the cluster is left alone."""
        return self.act.halfway or self.back.halfway

    def timed(self, name: str, begin: float) -> None:
        self.phases.append(Phase(name, round(time.time() - begin, 3)))


def client_address(one: Member) -> str:
    """Where this machine's connections to a node come from."""
    address = one.node.address
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as way:
        way.connect((str(address), one.cluster.port))  # sends nothing
        return f"{way.getsockname()[0]}/{address.max_prefixlen}"


@operation(is_idempotent=False)
def opened(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The client may connect: to a role and a table of its own."""
    announce(f"{METER} may connect from {drill.act.client}, until the drill is over")
    yield from server.configured._inner(drill.act.present(member))
    if member.name == drill.act.lost:
        verifier = scram.verifier(drill.password, secrets.token_bytes(16))
        wanted = text("sql/meter-on.sql").replace("PASSWORD;", f"{literal(verifier)};")
        yield script("sql", member.cluster.port, "postgres", stdin=wanted)


@operation()
def begun(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The client writes: its first row is acknowledged."""
    if not state.is_executing:
        return host.noop("a client will write")
    drill.watching = Watching(dsn(member, drill))
    atexit.register(drill.watching.kill)
    if not drill.watching.await_write(0, PATIENCE):
        yield StringCommand("echo 'the outage meter cannot write: can this machine reach the servers?' >&2; exit 1")
    drill.act.mark("begin")


def dsn(member: Member, drill: Drill) -> dict[str, Any]:
    """How an application connects: to all nodes, of which the one that takes writes is chosen, verified by name."""
    nodes = {name: str(node.address) for name, node in member.cluster.servers.items()}
    directory = TemporaryDirectory()
    atexit.register(directory.cleanup)
    authority = Path(directory.name) / "authority.crt"
    authority.write_text(host.get_fact(TextFact, path=str(member.layout.authority)), encoding="utf-8")
    return {
        "host": ",".join(nodes),
        "hostaddr": ",".join(nodes.values()),
        "port": ",".join(str(member.cluster.port) for _ in nodes),
        "user": METER,
        "password": drill.password,
        "dbname": "postgres",
        "sslmode": "verify-full",
        "sslrootcert": str(authority),
    }


@operation(is_idempotent=False)
def struck(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """At a moment that nobody has chosen the primary is killed, while its standbys are good."""
    wrong = guard.problem(member, "killed", member.cluster.standbys)
    if wrong:
        yield refusal(wrong)
        return
    announce(f"{member.layout.unit} is killed")
    if state.is_executing:
        time.sleep(random.uniform(*RANDOMLY))
        drill.struck = time.time()
        drill.act.marks = {"begin": drill.struck}
    yield script("kill", *member.place[:2])
    drill.act.mark("detect")


@operation()
def noticed(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The client gets through again; what it has seen is counted."""
    if state.is_executing and member.name == drill.act.lost and drill.watching:
        since = drill.act.marks.get("promote", drill.struck)
        through = drill.watching.await_write(max(since, drill.struck), PATIENCE)
        drill.act.mark("first write")
        if not through:
            yield StringCommand("echo 'no write was acknowledged within 60 s' >&2; exit 1")
    yield from ()


@operation(is_idempotent=False)
def rejoined(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The lost node is made anew: as a standby of whoever takes the writes."""
    if member.name != (drill.victim or drill.act.old):
        return host.noop("it is not lost")
    after = drill.act.present(member) if drill.victim else drill.act.after(member)
    announce(f"{member.layout.data} is made anew, as a standby's")
    begin = time.time()
    yield script("give-up", *member.place[:3])
    yield from replication.filled(after)
    drill.timed("restore", begin)
    yield script("unfence", *member.place[:2])
    yield from server.configured._inner(after)
    begin = time.time()
    yield script("start", "start", *member.place)
    drill.timed("start", begin)
    begin = time.time()
    yield await_streaming(after)
    drill.timed("catch up", begin)


@operation(is_idempotent=False)
def wiped(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """A standby and all its data are lost, while commits have enough others to wait for."""
    if member.name != drill.victim:
        return host.noop("it is not lost")
    wrong = guard.problem(member, "removed", member.cluster.standbys)
    if wrong:
        yield refusal(wrong)
        return
    announce(f"{member.layout.unit} is killed, and {member.layout.data} removed")
    drill.struck = time.time()
    yield script("kill", *member.place[:2])
    yield script("wipe", *member.place[:3])


@operation()
def ended(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The client ends, and says what it has seen, while it may connect still: to whichever node it tries first."""
    if state.is_executing and drill.watching:
        with suppress(EOFError):  # the proof says that it has not said
            drill.measured = drill.watching.end()
    yield from ()


@operation(is_idempotent=False)
def closed(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """Nothing of the client is left, and every node is what the file says."""
    announce(f"nothing of {METER} is left")
    yield from server.configured._inner(member)
    if member.name == drill.act.lost:
        yield script("sql", member.cluster.port, "postgres", stdin=text("sql/meter-off.sql"))


@operation(is_idempotent=False)
def reported(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """The report lies with those of other drills, on the node that is the primary now."""
    announce("the drill's report is kept")
    if not state.is_executing:
        return
    found = report(member, drill)
    for line in said(found):
        logger.info(f"{host.print_prefix}{line}")
    drill.concluded = True
    yield script("steward", "drill", "keep", member.cluster_name, stdin=json.dumps(found.document()))
    if not found.ok:
        yield StringCommand("echo 'the drill was not good: what was wrong stands above' >&2; exit 1")


def report(member: Member, drill: Drill) -> Report:
    """What the drill came to."""
    promised = getattr(member.cluster.drills, drill.kind, None) if member.cluster.drills else None
    targets = Targets(promised.rto, promised.rpo) if promised else Targets()
    rto, rpo = figures(drill)
    proof = tuple(proved(member, drill))
    problems = [*(one.what for one in proof if not one.ok), *missed(rto, rpo, targets)]
    problems = problems or list(unknown(rto, rpo, targets))
    seen = drill.measured
    outage = Outage(seen.seconds, seen.acknowledged, len(seen.missing), seen.errors, INTERVAL) if seen else None
    own = tuple(Phase(name, seconds) for name, seconds in drill.act.phases())
    return Report(
        kind=drill.kind,
        cluster=member.cluster_name,
        node=drill.victim or drill.act.lost,
        begin=int(drill.begin),
        end=int(time.time()),
        ok=not problems,
        problems=tuple(problems),
        targets=targets,
        rto=rto,
        rpo=rpo,
        source={"promoted": drill.act.chosen()} if not drill.victim else {"primary": member.name},
        phases=(*own, *drill.phases),
        proof=proof,
        outage=outage,
    )


def figures(drill: Drill) -> tuple[float | None, float | None]:
    """(RTO, RPO) in seconds: what the client went through, and what is not there any more.

    With a standby nothing is lost, and its RTO ends when it has caught up.
    """
    seen = drill.measured
    if drill.victim:
        return round(sum(one.seconds for one in drill.phases), 3), 0.0 if seen and not seen.missing else None
    return (round(seen.seconds, 3), gone(drill, seen)) if seen else (None, None)


def gone(drill: Drill, seen: Measured) -> float | None:
    """The seconds before the loss that are gone, as the heartbeat says, by the database host's clock, and no fewer than
    the missing rows say, by this one's. None where rows are missing, and nothing was lost at a known moment."""
    if not seen.missing:
        return 0.0
    if not drill.struck:
        return None
    return round(max(0.0, drill.struck - min(drill.heartbeat or seen.missing[0], seen.missing[0])), 3)


def proved(member: Member, drill: Drill) -> Iterator[Proof]:
    """What has to be true afterwards."""
    seen, cluster = drill.measured, member.cluster
    rows = f"{len(seen.missing)} of {seen.acknowledged}" if seen else "the client has not said"
    waited = cluster.replication.synchronous is not None or drill.kind != "failover"
    lost = bool(seen and seen.missing)
    what = "no acknowledged row is missing" if waited else "missing rows are counted"
    yield Proof(what, seen is not None and not (waited and lost), rows)
    away = sorted(set(cluster.standbys) - set(following(cluster, member.server_now())))
    yield Proof("every standby streams", not away, ", ".join(away))
    yield accepted(Path(member.source).with_suffix("").resolve(), "afterwards", member.cluster_name)


def said(found: Report) -> Iterator[str]:
    """For the operator's screen."""
    rpo = f", RPO {found.rpo:.1f} s" if found.rpo is not None else ""
    yield f"{found.kind}: {'good' if found.ok else 'not good'}: RTO {found.rto or 0:.1f} s{rpo}"
    yield ", ".join(f"{one.name} {one.seconds:.1f} s" for one in found.phases)
    if found.outage:
        seen = found.outage
        yield f"{seen.acknowledged} writes acknowledged, {seen.missing} missing, {seen.errors} refused"
    yield from found.problems


@operation()
def dated(member: Member, drill: Drill) -> Iterator[StringCommand]:
    """Up to which moment the data came over, by the heartbeat."""
    if state.is_executing and member.name == drill.act.chosen() and drill.act.choice:
        said = told.newest(member, drill.act.choice.position)
        if said:
            moment = datetime.strptime(said.removesuffix(" UTC"), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
            drill.heartbeat = moment.timestamp()
    yield from ()
