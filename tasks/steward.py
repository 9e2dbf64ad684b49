"""The program that a host runs by itself: installed as one file, told of its cluster, begun by cron and systemd."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import steward
from fleet.hostfile import HostFile

from . import drills
from .facts import AnswersFact, FilesFact
from .files import differing, present, write
from .member import Member
from .memory import look, recall
from .outcome import announce
from .render import render
from .settings import tuned
from .shell import script, text

ROOT = Path(__file__).parent.parent
BUNDLE = "/usr/local/lib/pgsteward/steward.pyz"
ISOLATED = "pgsteward-isolated.socket"
IMPORT = re.compile(r"^[ \t]*from (fleet(?:\.|(?= ))|\.)(\w*)[\w.]* import (\([^)]*\)|.*)", re.MULTILINE)
"""(`fleet`, `fleet.` or `.`, the module behind it, what is imported from there)"""
NAME = re.compile(r"(?<!as )\b\w+")
COMPILED = "/usr/local/lib/pgsteward/compiled"
"""Where a host keeps the modules as its Python compiled them, in a directory named by their digest: a zip file would be
compiled anew at each start."""
MAIN = """import sys
sys.path.insert(0, "{compiled}/{digest}")  # the same modules, compiled; where they are not there, those of this file
from steward.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def of(member: Member) -> None:
    """The program is there, and knows the cluster."""
    wanted = [*programs(), directories(member), told(member), *guard(member), *isolation(member)]
    installed(name="Steward: it is installed", wanted=wanted)
    if member.duty != "repository":
        isolated(name="Steward: what runs an owner's code is isolated")


def beats(member: Member) -> None:
    """Each second a row, by which recoveries are measured."""
    heartbeat(name="Steward: its heartbeat runs", cluster=member.cluster_name)


def jobs(member: Member) -> None:
    """Cron begins what this node does by itself."""
    present(name="Steward: cron begins its jobs", wanted=[cron_file(member)])


def cron_file(member: Member) -> HostFile:
    """The one file in /etc/cron.d of a cluster."""
    name, cluster = member.cluster_name, member.cluster
    found = list(steward.jobs(name, cluster, member.name))
    return HostFile(PurePosixPath(f"/etc/cron.d/pgsteward-{name}"), crontab(name, found))


def crontab(cluster: str, found: Sequence[steward.Job]) -> str:
    """The lines by which cron begins jobs."""
    words = {"looked": steward.looked(cluster), "program": steward.PROGRAM}
    return render("steward/cron.j2", cluster=cluster, jobs=found, **words)


def directories(member: Member) -> HostFile:
    """Where its jobs for the cluster may write."""
    path = PurePosixPath("/etc/tmpfiles.d/pgsteward-steward.conf")
    return HostFile(path, render("steward/tmpfiles.conf.j2", cluster=member.cluster_name))


def told(member: Member) -> HostFile:
    """What steward knows of the cluster."""
    queue = tuned(member).archive_queue if member.duty != "repository" else 0
    place = member.cluster, member.layout, member.name
    found = steward.description(*place, queue, drills.assertions(member), Path(member.source).stem)
    return HostFile(member.layout.own / "steward.json", json.dumps(found, indent=1) + "\n")


def guard(member: Member) -> Iterator[HostFile]:
    """Asked before each start of a server: whether another has taken its place."""
    if member.duty != "repository":
        unit = PurePosixPath("/etc/systemd/system") / f"{member.layout.unit}.d"
        lines = render("steward/guard.conf.j2", cluster=member.cluster_name, program=steward.PROGRAM)
        yield HostFile(unit / "pgsteward-guard.conf", lines)


def isolation(member: Member) -> Iterator[HostFile]:
    """The units of servers in which an owner's code runs: those of verifications and drills."""
    if member.duty != "repository":
        for unit in (ISOLATED, "pgsteward-isolated@.service"):
            yield HostFile(PurePosixPath(f"/etc/systemd/system/{unit}"), text(f"steward/{unit}"))


def programs() -> Iterator[HostFile]:
    """What is the same on every node."""
    unit = "pgsteward-heartbeat@.service"
    yield HostFile(PurePosixPath("/etc/logrotate.d/pgsteward"), text("steward/logrotate.conf"))
    yield HostFile(PurePosixPath(f"/etc/systemd/system/{unit}"), text(f"steward/{unit}"))
    yield HostFile(PurePosixPath(steward.PROGRAM), text("steward/steward"), mode="0755")


@operation()
def installed(wanted: list[HostFile]) -> Iterator[StringCommand]:
    """The program, the files around it, and what it is told of the cluster are those of this tree."""
    files = differing(wanted)
    seen = look(host, FilesFact, paths=(BUNDLE,)).get(BUNDLE, ("",))[0]
    same = seen == sha256(bundle()).hexdigest()
    if same and not files:
        return host.noop("steward is installed")
    announce(*(f"{file.path} is written" for file in files), *(() if same else (f"{BUNDLE} is written",)))
    for file in files:
        yield write(file)
    if not same:
        yield script("install-steward", BUNDLE, COMPILED, digest(), stdin=base64.b64encode(bundle()).decode())
    yield script("steward-ready")


@operation()
def heartbeat(cluster: str) -> Iterator[StringCommand]:
    """The heartbeat's service runs."""
    unit = f"pgsteward-heartbeat@{cluster}.service"
    if recall(host, AnswersFact, script="service", arguments=(unit,)).get("active"):
        return host.noop("the heartbeat runs")
    announce(f"{unit} is started")
    yield script("heartbeat", cluster)


@operation()
def isolated() -> Iterator[StringCommand]:
    """systemd listens for those who want an isolated server."""
    if recall(host, AnswersFact, script="service", arguments=(ISOLATED,)).get("active"):
        return host.noop("systemd listens")
    announce(f"{ISOLATED} is started")
    yield script("isolated", ISOLATED)


@cache
def bundle() -> bytes:
    """The program with what it imports of `fleet/`, as one zip file that is the same wherever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents().items():
            archive.writestr(zipfile.ZipInfo(name), content)
        archive.writestr(zipfile.ZipInfo("__main__.py"), MAIN.format(compiled=COMPILED, digest=digest()))
    return out.getvalue()


@cache
def digest() -> str:
    """Names what the program's modules hold."""
    return sha256(b"\0".join(part for name, body in contents().items() for part in (name.encode(), body))).hexdigest()


@cache
def contents() -> dict[str, bytes]:
    """The program's files by their names in it."""
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in bundled()}


def bundled() -> list[Path]:
    """The files of `steward/`, and the modules of `fleet/` that they import."""
    own = [path for path in (ROOT / "steward").rglob("*") if path.suffix in (".py", ".sql")]
    found, waiting = {ROOT / "fleet" / "__init__.py"}, [path for path in own if path.suffix == ".py"]
    while waiting:
        for module in modules(waiting.pop()):
            if module not in found:
                found.add(module)
                waiting.append(module)
    return sorted([*own, *found])


def modules(path: Path) -> Iterator[Path]:
    """The modules of `fleet/` that one file imports, by `from fleet import a` or `from fleet.a import b`.

    Read as text: to parse what 200 files hold besides would cost each run a fifth of a second.
    """
    inside = path.parent.name == "fleet"
    for origin, module, names in IMPORT.findall(path.read_text(encoding="utf-8")):
        if origin.startswith("fleet") or inside:
            for name in [module] if module else NAME.findall(names):
                yield ROOT / "fleet" / f"{name}.py"
