"""pg_hba.conf, generated whole: who may connect to what from where, first match decides, and the last line is no.

Beside it pg_ident.conf, whole as well: which owners of databases the operating system's postgres may be.

Passwords are SCRAM only; whatever crosses the network is encrypted unless a rule says otherwise; replication is for the
cluster's own nodes, each of which may become primary. Source: PostgreSQL manual, 21.1 The pg_hba.conf File; hba.c for
how names are read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from . import migrating
from .configuration import REPLICATOR
from .environment import Cluster, Network, Rule
from .rights import ADMINISTRATOR, MONITOR

LOOPBACK = ("127.0.0.1/32", "::1/128")
EVERYWHERE = ("0.0.0.0/0", "::/0")
IDENT_HEADER = "# Written whole by pgsteward: what is changed here is lost. Lines of pg_hba.conf name the map.\n"
HEADER = "# Written whole by pgsteward: what is changed here is lost. The first line that matches decides.\n"
PROVEN = ("scram-sha-256", "md5", "reject")  # methods by which nobody comes in who has no password
MAP = "pgsteward"
MAP_OF_PEERS = "pgsteward-peers"  # of those owners that a declared rule lets in by peer, too
WORDS = ("all", "sameuser", "samerole", "samegroup", "replication")

Kind = Literal["local", "host", "hostssl", "hostnossl"]


@dataclass(frozen=True)
class Word:
    """What pg_hba.conf gives a meaning, such as `all` or a regular expression; any other text is a name."""

    text: str


ALL, REPLICATION = Word("all"), Word("replication")


@dataclass(frozen=True)
class HbaLine:
    """One line. `address` is a network, `all`, or None for the Unix socket; `why` is its comment.

    `map` is the identity map that peer looks into.
    """

    kind: Kind
    databases: tuple[str | Word, ...]
    roles: tuple[str | Word, ...]
    address: str | None
    method: str
    why: str
    map: str = ""


@dataclass(frozen=True)
class IdentLine:
    """One line of pg_ident.conf: through `map`, the operating system's user `system` may be `role`."""

    map: str
    system: str
    role: str | Word


def rules(cluster: Cluster) -> tuple[HbaLine, ...]:
    """Every line of a node's pg_hba.conf, in order; the same on all nodes of the cluster."""
    return (*_own(cluster), *_owners(cluster), *_declared(cluster), *_last())


def identities(cluster: Cluster) -> tuple[IdentLine, ...]:
    """Every line of a node's pg_ident.conf."""
    found = list[IdentLine]()
    for owner in _through_a_map(cluster):
        name, role = _map(cluster, owner), _literal(owner, cluster)
        found += [IdentLine(name, user, role) for user in (ADMINISTRATOR, *([owner] if name == MAP_OF_PEERS else []))]
    return tuple(found)


def render_identities(lines: Iterable[IdentLine]) -> str:
    """The file; raises ValueError as `render` does."""
    rows = [(line.map, _token(line.system), _token(line.role)) for line in lines]
    head = ("# MAP", "SYSTEM USER", "ROLE")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(2)]
    return IDENT_HEADER + "".join(_aligned(row, widths) for row in (head, *rows))


def render(lines: Iterable[HbaLine]) -> str:
    """The file. Raises ValueError for a name with a control character, which pg_hba.conf cannot hold."""
    rows = [(*_columns(line), f"# {_comment(line.why)}") for line in lines]
    head = ("# TYPE", "DATABASE", "USER", "ADDRESS", "METHOD", "# WHY")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    return HEADER + "".join(_aligned(row, widths) for row in (head, *rows))


def _own(cluster: Cluster) -> Iterator[HbaLine]:
    yield HbaLine("local", (ALL,), (ADMINISTRATOR,), None, "peer", "the administrator, as the Unix user postgres")
    yield HbaLine("local", (ALL,), (MONITOR,), None, "scram-sha-256", "monitoring on this host")
    for address in LOOPBACK:
        yield HbaLine("host", (ALL,), (MONITOR,), address, "scram-sha-256", "monitoring on this host")
    for name, node in cluster.nodes.items():
        if node.duty == "repository":
            continue
        address, why = str(ip_network(node.address)), f"{name} follows the primary, whichever that is"
        yield HbaLine("hostssl", (REPLICATION,), (REPLICATOR,), address, "scram-sha-256", why)
    if not any(ADMINISTRATOR in rule.roles for rule in cluster.access):
        why = "the administrator does not come over the network"
        yield HbaLine("host", (ALL,), (ADMINISTRATOR,), "all", "reject", why)


def _owners(cluster: Cluster) -> Iterator[HbaLine]:
    why = "the Unix user postgres, for migrations and restores"
    for owner in _through_a_map(cluster):
        yield HbaLine("local", (ALL,), (_literal(owner, cluster),), None, "peer", why, _map(cluster, owner))
    if any("all" in rule.roles and rule.method not in PROVEN for rule in cluster.access):
        yield from _closed(cluster)


def _closed(cluster: Cluster) -> Iterator[HbaLine]:
    """A rule for all roles that asks for no password is not for owners that have none."""
    for owner in _through_a_map(cluster):
        if not cluster.roles[owner].login:
            why = "it comes through the socket alone"
            yield HbaLine("host", (ALL,), (_literal(owner, cluster),), "all", "reject", why)


def _through_a_map(cluster: Cluster) -> list[str]:
    """The owners of databases that come in by peer, though the Unix user has another name."""
    owners = dict.fromkeys(database.owner for database in cluster.databases.values())
    return [one for one in owners if one != ADMINISTRATOR and not migrating.by_password(cluster, one)]


def _map(cluster: Cluster, owner: str) -> str:
    rule = migrating.local_rule(cluster, owner)
    return MAP_OF_PEERS if cluster.roles[owner].login and rule is not None and rule.method == "peer" else MAP


def _declared(cluster: Cluster) -> Iterator[HbaLine]:
    for rule in cluster.access:
        for database in rule.databases:
            for role in rule.roles:
                for source in rule.sources:
                    yield _line(rule, _named(database, cluster), _named(role, cluster), source)


def _line(rule: Rule, database: str | Word, role: str | Word, source: Network) -> HbaLine:
    kind: Kind = "local" if source == "local" else "hostssl" if rule.tls else "host"
    address = None if source == "local" else str(source)
    return HbaLine(kind, (database,), (role,), address, rule.method, rule.why or "declared")


def _named(name: str, cluster: Cluster) -> str | Word:
    """`all` is the only word that a declaration may use."""
    return ALL if name == "all" else _literal(name, cluster)


def _literal(name: str, cluster: Cluster) -> str | Word:
    """A name and nothing else.

    Since PostgreSQL 16, what begins with a slash is a regular expression, even in quotes; then it becomes one that
    matches the name alone.
    """
    if name.startswith("/") and cluster.postgresql >= 16:
        return Word(_quoted("/^" + re.sub(r"([^\w/])", r"\\\1", name) + "$"))
    return name


def _last() -> Iterator[HbaLine]:
    yield HbaLine("local", (ALL,), (ALL,), None, "scram-sha-256", "everybody else on this host, with a password")
    everything = (ALL, REPLICATION)
    yield HbaLine("hostnossl", everything, (ALL,), "all", "reject", "nothing crosses the network in the clear")
    for address in EVERYWHERE:
        yield HbaLine("host", everything, (ALL,), address, "reject", "what is not declared is refused")


def _columns(line: HbaLine) -> tuple[str, ...]:
    databases, roles = (",".join(map(_token, names)) for names in (line.databases, line.roles))
    method = f"{line.method} map={line.map}" if line.map else line.method
    return (line.kind, databases, roles, line.address or "", method)


def _token(name: str | Word) -> str:
    """A name, in quotes unless it is plain: they take the meaning from words, `+`, `@` and commas."""
    if isinstance(name, Word):
        return name.text
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in WORDS else _quoted(name)


def _quoted(name: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", name):
        raise ValueError(f"a name in pg_hba.conf cannot hold a control character: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def _comment(why: str) -> str:
    """On one line, without a backslash at its end, which would make the next line part of it."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", why).strip().rstrip("\\").rstrip()


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]) + "\n"
