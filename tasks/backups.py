"""pgBackRest on every node: configuration, its TLS server, stanzas that are proven, and first backups."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from pyinfra import host, state
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import pgbackrest, stranger
from fleet.environment import Backups
from fleet.hostfile import HostFile
from fleet.pgbackrest import Place
from fleet.problem import Problem, Refused
from steward.chain.backup import Account, accounts

from . import buckets, ciphers, restores
from .environment import content, local
from .facts import AnswersFact, FilesFact, PackagesFact, TextOfFact
from .files import differing, write
from .member import Member
from .memory import look, recall
from .outcome import announce, refusal
from .render import render
from .settings import tuned
from .shell import script

KINDS = ("full", "diff", "incr")
UNCHECKED = "/var/lib/pgsteward/unchecked"
"""Lies on a node whose pgBackRest was configured and has not proved since then that it works."""


def of(member: Member) -> None:
    """This node archives, and answers the others' pgBackRest."""
    if member.cluster.backups:
        resolved(name="Backups: the nodes know each other's names", member=member)
        configured(name="Backups: pgBackRest is configured", member=member)


def kept_by(member: Member) -> None:
    """The repositories that this node keeps are ready, and hold a backup each."""
    names = pgbackrest.kept_now(member.cluster, member.name)
    if names:
        buckets.ready(name="Backups: buckets are ready", member=member, names=names)
        stanza(name="Backups: the stanza exists", member=member, names=names)
        arrived(name="Backups: WAL arrives", member=member, names=names)
        first(name="Backups: every repository holds a full one", member=member, names=names)


def take(member: Member, kind: str) -> None:
    """A backup of this kind into each repository that this node keeps."""
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise DeployError(f"there is no kind of backup called {kind}\n    HINT: --data kind= one of {known}")
    names = pgbackrest.kept_now(member.cluster, member.name)
    if names:
        taken(name=f"Backups: one now ({kind})", member=member, names=names, kind=kind)


def checked(member: Member) -> None:
    """Raises `Refused` where the configuration cannot be made, or would leave a repository unreadable."""
    if member.cluster.backups:
        written, *_ = configuration(member)
        found = list(ciphers.problems(member, written.text))
        if found:
            raise Refused(member.source, found)


def declared(member: Member) -> Backups:
    assert member.cluster.backups is not None
    return member.cluster.backups


@operation()
def resolved(member: Member) -> Iterator[StringCommand]:
    """pgBackRest verifies the others' certificates by name (before 2.53 by nothing else), so names must resolve."""
    wanted = {name: str(node.address) for name, node in member.cluster.nodes.items() if name != member.name}
    seen = recall(host, AnswersFact, script="resolve", arguments=tuple(wanted))
    missing = [f"{address} {name}" for name, address in wanted.items() if not seen.get(name)]
    if not missing:
        return host.noop("every name resolves")
    announce(*(f"/etc/hosts: {line}" for line in missing))
    yield script("hosts", *missing)


@operation()
def configured(member: Member) -> Iterator[StringCommand]:
    """The configuration for the version that is installed, and the TLS server where a repository is on a host."""
    files = differing(list(configuration(member)))
    if not files:
        return host.noop("pgBackRest is configured")
    # on new hosts nobody could be asked before
    closed = list(ciphers.problems(member, files[0].text)) if state.is_executing and conf(files) else []
    if closed:
        yield refusal(closed[0])
        return
    announce(*(f"{file.path} is written" for file in files))
    for file in files:
        yield write(file)
    own = [one.path for one in declared(member).repositories.values() if one.path and one.host in (None, member.name)]
    yield script("pgbackrest-ready", "yes" if pgbackrest.talks(member.cluster) else "no", UNCHECKED, *own)


def conf(files: list[HostFile]) -> bool:
    """Whether pgbackrest.conf is one of them; it is the first, then."""
    return str(files[0].path) == pgbackrest.CONFIGURATION


def configuration(member: Member) -> Iterator[HostFile]:
    """pgbackrest.conf, which holds secrets, and the authorities of object stores."""
    layout, server = member.layout, member.duty != "repository"
    place = Place(member.name, server, installed(member))
    queue = tuned(member).archive_queue if server else 0
    sections = pgbackrest.sections(member.cluster, layout, place, queue, secrets(member))
    conf = render("backups/pgbackrest.conf.j2", node=member.name, source=member.source, sections=sections)
    yield HostFile(PurePosixPath(pgbackrest.CONFIGURATION), conf, "postgres:postgres", "0640")
    for name, one in declared(member).repositories.items():
        if one.s3 and one.s3.authority:
            certificate = content(local(member.source, one.s3.authority)).decode()
            yield HostFile(PurePosixPath(pgbackrest.store_authority(layout, name)), certificate)


def installed(member: Member) -> tuple[int, ...]:
    """The version of pgBackRest on the node; empty where there is none yet."""
    seen = recall(member.host, PackagesFact, packages=("pgbackrest",))
    return pgbackrest.version(seen.get("pgbackrest", ""))


def secrets(member: Member) -> dict[str, str]:
    """The secrets of all repositories, by `<repository>/<what>`."""
    found = {}
    for name, one in declared(member).repositories.items():
        whats = (["cipher"] if one.encryption else []) + (["s3_key", "s3_secret"] if one.s3 else [])
        for what in whats:
            found[f"{name}/{what}"] = member.secret(f"{member.cluster_name}/{name}/{what}")
    return found


def seen(member: Member) -> dict[int, Account]:
    """The repositories that this node keeps, by number, as pgBackRest sees them."""
    return accounts(recall(member.host, TextOfFact, script="info"), member.cluster_name)


def held(member: Member) -> tuple[str, ...]:
    """The repositories that hold backups of the cluster; none where that is not known yet."""
    found = seen(member) if member.cluster.backups else {}
    full = [number for number, one in found.items() if one.backups]
    return (
        tuple(name for name, (number, _) in pgbackrest.numbered(declared(member)).items() if number in full)
        if full
        else ()
    )


def closed(member: Member) -> Problem | None:
    """Why a repository, as pgBackRest on this node sees it, cannot be read."""
    names = pgbackrest.numbered(declared(member)) if member.cluster.backups else {}
    account = seen(member) if names else {}
    found = (name for name, (number, _) in names.items() if account.get(number, Account()).unreadable)
    return next((ciphers.made_with_another(member, name) for name in found), None)


def is_ours(here: Member) -> None:
    """Before a primary is made or started: its repositories are nobody else's."""
    wanted = here.cluster.backups
    if wanted and here.duty == "primary" and not wanted.read_only and restores.in_place(here) is None:
        ours(name="Backups: the repositories are this cluster's", member=here)


@operation()
def ours(member: Member) -> Iterator[StringCommand]:
    """No repository holds a stanza of this name that is another cluster's; what cannot be looked at is not judged."""
    found = list(strangers(member))
    if not found:
        return host.noop("the repositories are this cluster's")
    for problem in found:
        yield refusal(problem)


def strangers(member: Member) -> Iterator[Problem]:
    """The repositories, as the primary sees them, that are another cluster's."""
    accounts_seen, where = seen(member), f"clusters.{member.cluster_name}.backups"
    for name, (number, one) in pgbackrest.numbered(declared(member)).items():
        account = accounts_seen.get(number, Account())
        found = stranger.Found(name, [database.system for database in account.databases], account.status)
        problem = stranger.refused(where, member.cluster_name, found, member.server.system, one.encryption)
        if problem and (member.server.system or not account.backups):  # of these it is told how to bring them back
            yield problem


def waits(member: Member) -> bool:
    """Whether backups were declared for a cluster that runs without archiving, which only a restart begins."""
    return "archive_mode" in member.primary.server.pending_restart


@operation()
def stanza(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """The stanza exists in each repository that this node keeps."""
    if waits(member):
        return host.noop("archiving waits for a restart")
    if problem := closed(member):
        yield refusal(problem)
        return
    if all(one.made for one in known(member, names)):
        return host.noop("the stanza exists")
    versions = {name: installed(member.mate(name)) for name in member.cluster.nodes} if state.is_executing else {}
    if len(set(versions.values())) > 1:
        shown = ", ".join(f"{name} {'.'.join(map(str, version))}" for name, version in versions.items())
        what = f"the nodes of a cluster must run the same pgBackRest: {shown}"
        yield refusal(Problem(member.where, what, "put all nodes on one release, or declare packages: pgdg"))
        return
    announce(f"the stanza {member.cluster_name} is created in {', '.join(names)}")
    yield script("stanza", member.cluster_name)


@operation()
def arrived(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """WAL arrives in each repository that this node keeps: asked when all have their stanza, and after changes."""
    if waits(member):
        return host.noop("archiving waits for a restart")
    changed = UNCHECKED in look(host, FilesFact, paths=(UNCHECKED,))
    if all(one.newest_wal for one in known(member, names)) and not changed:
        return host.noop("WAL has arrived")
    announce(f"a segment is archived into {', '.join(names)}")
    yield script("archive-check", member.cluster_name, UNCHECKED)


def known(member: Member, names: tuple[str, ...]) -> list[Account]:
    """The repositories `names` as pgBackRest sees them now."""
    return [seen(member).get(pgbackrest.numbered(declared(member))[name][0], Account()) for name in names]


@operation()
def first(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """Each repository holds a backup from the first deploy on."""
    if waits(member):
        return host.noop("archiving waits for a restart")
    # after a restore the old ones lead to what was given up
    anew = restores.in_place(member) is not None
    empty = [name for name, one in zip(names, known(member, names), strict=True) if anew or not one.backups]
    if not empty:
        return host.noop("every repository holds a backup")
    announce(*(f"a full backup into {name}" for name in empty))
    for name in empty:
        yield script("steward", "backup", member.cluster_name, name, "full")


@operation()
def taken(member: Member, names: tuple[str, ...], kind: str) -> Iterator[StringCommand]:
    """A backup more in each repository; always a change."""
    for name in names:
        announce(f"a backup ({kind}) into {name}")
        yield script("steward", "backup", member.cluster_name, name, kind)
