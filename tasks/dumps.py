"""Logical dumps on a server: where they lie, where they go, buckets that are looked at, and one by hand."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from pyinfra import host, inventory
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import dumps
from fleet.environment import Bucket, Dumps
from fleet.hostfile import HostFile
from fleet.problem import Problem, Refused, nearest, path
from steward.dump.owner import AWAY, OWN, STRANGERS

from . import buckets, reports
from .environment import content, local
from .facts import AnswersFact
from .files import differing, write
from .member import Member, member
from .memory import look
from .outcome import announce, refusal
from .render import render
from .shell import script

EVERY = "all"


def of(here: Member) -> None:
    """The server has a place for dumps, and knows the targets."""
    if here.cluster.dumps and here.duty in ("primary", "standby"):
        told(name="Dumps: their place and their targets are known", member=here)


def looked_at(here: Member) -> None:
    """The targets' buckets are there, as the primary sees them: asked once a cluster. Each place says whose it is."""
    if here.duty == "primary" and stores(here):
        reached(name="Dumps: buckets are ready", member=here)
    if here.cluster.dumps and here.duty in ("primary", "standby"):
        ours(name="Dumps: each place says whose it is", member=here)


def checked(here: Member) -> None:
    """Raises `Refused` with every file that is declared and cannot be used, before anything is touched."""
    if here.cluster.dumps:
        problems = [*_keys_wrong(here), *_authorities_wrong(here)]
        if problems:
            raise Refused(here.source, problems)


@operation()
def told(member: Member) -> Iterator[StringCommand]:
    """The directories are there, and the files that dumps are made and sent by are those of this tree."""
    different = differing(list(files(member)))
    if not different:
        return host.noop("dumps have their place")
    announce(*(f"{file.path} is written" for file in different))
    for file in different:
        yield write(file)
    yield script("dumps-ready")


def files(here: Member) -> Iterator[HostFile]:
    """The directories for systemd-tmpfiles, the authorities of stores, and targets.json, which opens the targets."""
    layout, cluster = here.layout, here.cluster
    tmpfiles = render("dumps/tmpfiles.conf.j2", cluster=here.cluster_name, directories=dumps.directories(cluster))
    yield HostFile(PurePosixPath(f"/etc/tmpfiles.d/pgsteward-dumps-{here.cluster_name}.conf"), tmpfiles)
    for name, file in dumps.hosts_authorities(cluster).items():
        declared = wanted(here).targets[name].authority
        assert declared
        yield HostFile(PurePosixPath(file), content(local(here.source, declared)).decode())
    told = json.dumps(dumps.targets(cluster, secrets(here), keys(here)), indent=1) + "\n"
    yield HostFile(layout.own / "targets.json", told, "root:postgres", "0640")


def wanted(here: Member) -> Dumps:
    assert here.cluster.dumps is not None
    return here.cluster.dumps


def secrets(here: Member) -> dict[str, str]:
    """The secrets of all targets, by `<target>/<what>`."""
    names = [f"{name}/{what}" for name, one in wanted(here).targets.items() for what in one.opened_by]
    return {name: here.secret(f"{here.cluster_name}/{name}") for name in names}


def keys(here: Member) -> list[str]:
    """The texts of the declared public keys of GnuPG."""
    sealed = wanted(here).encryption
    return [content(local(here.source, file)).decode() for file in (sealed.gpg if sealed else ())]


def _keys_wrong(here: Member) -> Iterator[Problem]:
    sealed = wanted(here).encryption
    for index, file in enumerate(sealed.gpg if sealed else ()):
        where = path("clusters", here.cluster_name, "dumps", "encryption", "gpg", index)
        hint = "write what `gpg --export --armor NAME` prints into it"
        fault = missing(here, file) or dumps.key_fault(local(here.source, file).read_text(encoding="utf-8"))
        if fault:
            yield Problem(where, f"{file} {fault}", hint)


def _authorities_wrong(here: Member) -> Iterator[Problem]:
    for name, one in wanted(here).targets.items():
        fault = missing(here, one.authority) if one.authority else ""
        if fault:
            where = path("clusters", here.cluster_name, "dumps", "targets", name)
            hint = "put the certificate of the store's authority there, in PEM; paths begin in the project"
            yield Problem(where, f"{one.authority} {fault}", hint)


def missing(here: Member, file: str) -> str:
    """Why a file on this machine cannot be read; empty where it can."""
    try:
        content(local(here.source, file)).decode()
    except Refused as refusal:
        return refusal.problems[0].what
    except UnicodeDecodeError:
        return "is not text"
    return ""


def stores(here: Member) -> dict[str, Bucket]:
    """The targets in object stores."""
    targets = here.cluster.dumps.targets if here.cluster.dumps else {}
    return {name: one.s3 for name, one in targets.items() if one.s3}


@operation()
def reached(member: Member) -> Iterator[StringCommand]:
    """Each bucket that dumps go to is there, and takes what is written."""
    asked = {name: buckets.Asked("target", s3) for name, s3 in stores(member).items()}
    where = ("clusters", member.cluster_name, "dumps", "targets")
    commands = list(buckets.commands(member, where, asked))
    if not commands:
        return host.noop("every bucket is ready")
    yield from commands


@operation()
def ours(member: Member) -> Iterator[StringCommand]:
    """The directory here, and on the primary each target, is this cluster's and says so; a stranger's is refused."""
    words = ("--here",) if member.duty == "standby" else ()
    seen = look(host, AnswersFact, script="owners", arguments=(member.cluster_name, *words))
    places = json.loads(seen.get("places") or "{}")
    where = ("clusters", member.cluster_name, "dumps")
    strangers = {name: one for name, one in places.items() if one["state"] == STRANGERS}
    for name, one in strangers.items():
        yield refusal(Problem(path(*where, name), one["what"], one["hint"]))
    if strangers or (places and all(one["state"] in (OWN, AWAY) for one in places.values())):
        return
    announce("each place for dumps says whose it is")
    yield script("steward", "dump", "own", member.cluster_name, *words)


def taken(here: Member, which: str) -> None:
    """A dump of the database `which`, or of all, by one server of each cluster, sent where it belongs."""
    databases = here.cluster.dumped
    if here.cluster.dumps and here == taker(here) and (which == EVERY or which in databases):
        names = tuple(databases) if which == EVERY else (which,)
        one_now(name=f"Dumps: one now ({which})", member=here, names=names)
        reports.dumped(name="Dumps: what came of it", member=here, names=names)


def known(which: str) -> None:
    """Raises `DeployError` where no cluster of the run dumps the database `which`."""
    names = [name for one in inventory.get_active_hosts() for name in member(one).cluster.dumped]
    if names and which in (EVERY, *names):
        return
    near = nearest(which, names)
    hint = f"did you mean {near}?" if near else f"--data dump= one of {', '.join(dict.fromkeys(names))}, or {EVERY}"
    if not names:
        hint = "declare `dumps` of the cluster, and deploy"
    raise DeployError(f"there is no database {which} that is dumped\n    HINT: {hint}")


def taker(here: Member) -> Member:
    """The server that takes a dump by hand: the first of the run in the order in which the primary asks them."""
    active = {
        one.name: one for one in map(member, inventory.get_active_hosts()) if one.cluster_name == here.cluster_name
    }
    asked = [*dumps.order(here.cluster), *here.cluster.servers]
    return next(active[name] for name in asked if name in active)


@operation(is_idempotent=False)
def one_now(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """A dump more of each database, on its way to every target; always a change."""
    targets = ", ".join(wanted(member).targets)
    announce(*(f"a dump of {name}{f', sent to {targets}' if targets else ''}" for name in names))
    for name in names:
        yield script("steward", "dump", "take", member.cluster_name, name)
