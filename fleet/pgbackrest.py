"""pgBackRest's configuration as values, by its installed version: what each version knows stands here once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .environment import Backups, Cluster, Repository, Retention
from .layout import Layout
from .setting import Setting
from .size import about

PORT = 8432
CONFIGURATION = "/etc/pgbackrest/pgbackrest.conf"
SPOOL = "/var/spool/pgbackrest"
DEFAULT_PATH = "/var/lib/pgbackrest"
BLOCK_SINCE = (2, 52, 1)
"""Upstream's own advice; 2.45 of Debian 12 knows the option and refuses it at the first backup."""
PREFER_STANDBY_SINCE = (2, 54)
"""Before, `backup-standby` fails where no standby is up."""

READING = ("archive-get", "info", "repo-get", "repo-ls", "restore", "verify")
"""The commands that only read. Where a repository is another cluster's, it stands in their sections and in no other."""
WRITTEN = re.compile("-(retention|bundle|block)")
"""Options that only those who write know."""

PUSH_PATIENCE = 3
"""Seconds. archive-push tries a bucket that is away for 18 times as long before it goes on with other repositories
(measured on 2.55: 19.6, 37.7, 55.6 s for 1, 2, 3 s; with the default of 60 s nothing is archived for 18 minutes)."""

Option = tuple[str, str]


@dataclass(frozen=True)
class Place:
    """A node as the configuration is made for it: its name, whether it runs PostgreSQL, and its pgBackRest."""

    name: str
    server: bool
    version: tuple[int, ...]


def version(package: str) -> tuple[int, ...]:
    """(2, 55, 1) of a Debian package's version such as `2.55.1-1`."""
    return tuple(int(part) for part in package.split("-")[0].split("+")[0].split(".") if part.isdigit())


def numbered(backups: Backups) -> dict[str, tuple[int, Repository]]:
    """pgBackRest's number of each repository, from 1, in the order of the file."""
    return {name: (number, one) for number, (name, one) in enumerate(backups.repositories.items(), 1)}


def keepers(cluster: Cluster) -> dict[str, tuple[str, ...]]:
    """Which nodes take the backups of which repositories: a repository's own host; without one, every server.

    Where there is a host, the others' are taken there, too: a server has better things to do. Of several servers the
    one that is primary at the moment takes them, so that a promotion needs no edit.
    """
    found: dict[str, list[str]] = {}
    if cluster.backups and not cluster.backups.read_only:
        for name, one in cluster.backups.repositories.items():
            anywhere = () if one.path else hosts(cluster)[:1]
            for keeper in (one.host,) if one.host else anywhere or cluster.servers:
                found.setdefault(keeper, []).append(name)
    return {keeper: tuple(names) for keeper, names in found.items()}


def kept_now(cluster: Cluster, node: str) -> tuple[str, ...]:
    """The repositories that a deploy readies from this node: it is their host, or the declared primary."""
    return () if node in cluster.standbys else keepers(cluster).get(node, ())


def settings(stanza: str, backups: Backups, queue: int) -> Iterator[Setting]:
    """What PostgreSQL needs to know. `queue`: bytes of WAL that may wait for an archive that is away."""
    chapter, command = "archive", f"pgbackrest --stanza={stanza}"
    get = "a standby whose slot has lost WAL catches up from the archive"
    if backups.read_only:
        yield Setting(
            "archive_mode", "off", "the repositories are another cluster's, and only read (read_only)", chapter
        )
        return
    yield Setting("archive_mode", "on", "every WAL segment goes to every repository, from the first start", chapter)
    push = f"by pgBackRest, asynchronously; beyond {about(queue)} of waiting WAL it drops some: a hole, and an alarm"
    yield Setting("archive_command", f"{command} archive-push %p", push, chapter)
    timeout = "declared (rpo): an idle cluster, too, archives what it has at least so often"
    yield Setting("archive_timeout", f"{backups.rpo}s", timeout, chapter)
    yield Setting("restore_command", f'{command} archive-get %f "%p"', get, chapter)


def sections(
    cluster: Cluster, layout: Layout, place: Place, queue: int, secrets: Mapping[str, str]
) -> dict[str, list[Option]]:
    """The options of `pgbackrest.conf` on one node, by section; `secrets` by `<repository>/<what>`."""
    assert cluster.backups is not None
    own = [*general(place, queue), *tls(cluster, layout, place)]
    found: list[Option] = []
    for name, (number, one) in numbered(cluster.backups).items():
        if place.server or one.host == place.name or (one.s3 and name in keepers(cluster).get(place.name, ())):
            found += repository(layout, place, number, name, one, secrets)
    if cluster.backups.read_only:
        wanted = [option for option in found if not WRITTEN.search(option[0])]
        reading = {f"global:{command}": wanted for command in READING}
        return {"global": own, **reading, layout.cluster: list(servers(cluster, layout, place))}
    pushing = {"global:archive-push": [("io-timeout", str(PUSH_PATIENCE))]} if place.server else {}
    return {"global": [*own, *found], **pushing, layout.cluster: list(servers(cluster, layout, place))}


def general(place: Place, queue: int) -> Iterator[Option]:
    yield "compress-type", "zst"
    yield "start-fast", "y"
    yield "resume", "n"
    yield "process-max", "2"
    yield "log-level-console", "warn"
    yield "log-level-file", "detail"
    yield "lock-path", "/run/pgbackrest"
    if place.server:
        yield "archive-async", "y"
        yield "spool-path", SPOOL
        yield "archive-push-queue-max", f"{queue}B"
        yield "archive-timeout", "60"
    yield "backup-standby", "prefer" if place.version >= PREFER_STANDBY_SINCE else "n"


def hosts(cluster: Cluster) -> tuple[str, ...]:
    """The nodes that hold a repository."""
    repositories = cluster.backups.repositories.values() if cluster.backups else ()
    return tuple(one.host for one in repositories if one.host)


def talks(cluster: Cluster) -> bool:
    """Whether pgBackRest has to reach from one node to another."""
    return bool(hosts(cluster)) or len(cluster.servers) > 1


def tls(cluster: Cluster, layout: Layout, place: Place) -> Iterator[Option]:
    """This node's own TLS server, open to the other nodes of the cluster and to nobody else."""
    if not talks(cluster):
        return
    yield "tls-server-address", "*"
    yield "tls-server-port", str(PORT)
    yield "tls-server-ca-file", str(layout.authority)
    yield "tls-server-cert-file", str(layout.certificate)
    yield "tls-server-key-file", str(layout.key)
    for name in cluster.nodes:
        if name != place.name:
            yield "tls-server-auth", f"{name}={layout.cluster}"


def remote(layout: Layout, prefix: str, name: str) -> Iterator[Option]:
    """How another node's TLS server is reached and verified."""
    yield f"{prefix}-host", name
    yield f"{prefix}-host-type", "tls"
    yield f"{prefix}-host-port", str(PORT)
    yield f"{prefix}-host-ca-file", str(layout.authority)
    yield f"{prefix}-host-cert-file", str(layout.certificate)
    yield f"{prefix}-host-key-file", str(layout.key)


def repository(
    layout: Layout, place: Place, number: int, name: str, one: Repository, secrets: Mapping[str, str]
) -> Iterator[Option]:
    prefix = f"repo{number}"
    if one.host and one.host != place.name:
        yield from remote(layout, prefix, one.host)
        return
    if one.s3:
        yield f"{prefix}-type", "s3"
        yield f"{prefix}-path", f"/{layout.cluster}"
        yield f"{prefix}-s3-endpoint", one.s3.endpoint
        yield f"{prefix}-s3-bucket", one.s3.bucket
        yield f"{prefix}-s3-region", one.s3.region
        yield f"{prefix}-s3-uri-style", "path" if one.s3.path_style else "host"
        yield f"{prefix}-s3-key", secrets[f"{name}/s3_key"]
        yield f"{prefix}-s3-key-secret", secrets[f"{name}/s3_secret"]
        if one.s3.authority:
            yield f"{prefix}-storage-ca-file", str(store_authority(layout, name))
    else:
        yield f"{prefix}-path", one.path or DEFAULT_PATH
    yield from retention(prefix, one.retention)
    yield f"{prefix}-bundle", "y"
    if place.version >= BLOCK_SINCE:
        yield f"{prefix}-block", "y"
    if one.encryption:
        yield f"{prefix}-cipher-type", "aes-256-cbc"
        yield f"{prefix}-cipher-pass", secrets[f"{name}/cipher"]


def retention(prefix: str, wanted: Retention) -> Iterator[Option]:
    """What is kept."""
    yield f"{prefix}-retention-full", str(wanted.full)
    if wanted.by == "days":
        yield f"{prefix}-retention-full-type", "time"
    if wanted.differential:
        yield f"{prefix}-retention-diff", str(wanted.differential)
    if wanted.archive:
        yield f"{prefix}-retention-archive", str(wanted.archive)


def store_authority(layout: Layout, name: str) -> str:
    return str(layout.own / f"{name}-store.crt")


def servers(cluster: Cluster, layout: Layout, place: Place) -> Iterator[Option]:
    """The servers that this node takes backups of: all of them, so that backups go on after a promotion, with no edit.

    A server whose repository is on a host knows itself alone: pgBackRest refuses to be remote on both ends.
    """
    names = sorted(cluster.servers, key=lambda name: name != place.name)
    for number, name in enumerate([place.name] if place.server and hosts(cluster) else names, 1):
        if name != place.name:
            yield from remote(layout, f"pg{number}", name)
        yield f"pg{number}-path", str(layout.data)
        yield f"pg{number}-port", str(cluster.port)
