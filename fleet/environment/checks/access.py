"""Access rules: for databases and roles that exist, closed to the world, encrypted, each with an effect."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from ...problem import nearest, path
from ..cluster import Cluster
from ..finding import ANY, Finding, Path
from ..model import Environment
from ..rights import Role, Rule
from ..shape import shown
from ..words import Network
from .databases import undeclared
from .roles import groups

PRIVATE = IPv6Network("fc00::/7")
WEAK = {
    "trust": "lets everybody in without a password",
    "md5": "is broken, and goes away with PostgreSQL's next versions",
}
WHY = "or say `why`"


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the access rules of a cluster."""
    for index, rule in enumerate(cluster.access):
        where: Path = (*place, "access", index)
        yield from _databases(where, rule, cluster)
        yield from _roles(where, rule, cluster)
        yield from _rights(where, rule, cluster)
        yield from _method(where, rule)
        if not rule.why and rule.method != "reject":
            yield from _unexplained(where, rule)
        yield from _without_effect(where, rule, cluster.access[:index])


def _databases(where: Path, rule: Rule, cluster: Cluster) -> Iterator[Finding]:
    for index, name in enumerate(rule.databases):
        if name == "replication":
            hint = "remove it; replication rules follow from the nodes"
            yield Finding((*where, "databases", index), "replication is not declared here", hint)
        elif name not in cluster.databases and name not in ("all", "postgres"):
            near = nearest(name, cluster.databases)
            hint = f"did you mean {near}?" if near else f"declare it: {path(*where[:2], 'databases', name)}"
            needs = (("clusters", where[1], "databases", name),)
            yield Finding((*where, "databases", index), f"{shown(name)} is not a declared database", hint, needs)


def _roles(where: Path, rule: Rule, cluster: Cluster) -> Iterator[Finding]:
    for index, name in enumerate(rule.roles):
        place: Path = (*where, "roles", index)
        if name == "replicator":
            yield Finding(place, "replicator is not declared here", "remove it; its rules follow from the nodes")
        elif name in ("all", "monitor", "postgres"):
            continue
        elif name not in cluster.roles:
            yield undeclared(place, name, cluster, where[:2])
        elif not cluster.roles[name].login and rule.method != "reject":
            needs = (("clusters", where[1], "roles", name, "login"), (*where, "method"))
            yield Finding(
                place,
                f"{shown(name)} cannot log in",
                f"declare `login: true` for {shown(name)}, or remove it here",
                needs,
            )


def _rights(where: Path, rule: Rule, cluster: Cluster) -> Iterator[Finding]:
    """Roles that a rule lets in, only for the database to turn them away: PUBLIC cannot connect."""
    if rule.method == "reject":
        return
    for index, name in enumerate(rule.roles):
        role = cluster.roles.get(name)
        shut = [database for database in rule.databases if role and not _may_connect(name, role, database, cluster)]
        if shut:
            what = f"{shown(name)} has no right in {', '.join(map(shown, shut))}"
            hint = f"declare it: {path(*where[:2], 'databases', shut[0], 'grants', name)}, or remove it here"
            all_of = (*where[:2], "databases", ANY)
            needs = ((*all_of, "grants", ANY), (*all_of, "owner"), (*where[:2], "roles", ANY, "member_of", ANY))
            yield Finding((*where, "roles", index), what, hint, needs)


def _may_connect(name: str, role: Role, database: str, cluster: Cluster) -> bool:
    declared = cluster.databases.get(database)
    if declared is None or role.superuser:
        return True
    own = {name, *(groups(name, cluster) if role.inherit else ())}
    return not own.isdisjoint({declared.owner, *declared.grants})


def _method(where: Path, rule: Rule) -> Iterator[Finding]:
    needs = ((*where, "from", ANY), (*where, "tls"))
    if rule.method == "peer" and any(source != "local" for source in rule.sources):
        what = "peer works through the Unix socket only"
        yield Finding((*where, "method"), what, "write `from: [local]`, or remove `method`", needs)
    if rule.method == "cert" and (not rule.tls or "local" in rule.sources):
        what = "cert works with TLS over the network only"
        yield Finding((*where, "method"), what, "remove `tls: false` and `local`, or remove `method`", needs)


def _unexplained(where: Path, rule: Rule) -> Iterator[Finding]:
    """What a rule may only do for a reason."""
    needs = ((*where, "why"), (*where, "method"), (*where, "tls"), (*where, "from", ANY))
    if rule.method in WEAK:
        what = f"{rule.method} {WEAK[rule.method]}"
        yield Finding((*where, "method"), what, f"remove it (scram-sha-256 follows), {WHY}", needs)
    for index, source in enumerate(rule.sources):
        if open_to_the_world(source):
            hint = f"name the networks of the clients, {WHY}"
            yield Finding((*where, "from", index), f"{source} is open to the world", hint, needs)
    if not rule.tls and any(crosses_the_network(source) for source in rule.sources):
        what = "passwords and data would cross the network in the clear"
        yield Finding((*where, "tls"), what, f"remove `tls: false`, {WHY}", needs)
    if "postgres" in rule.roles and any(crosses_the_network(source) for source in rule.sources):
        what = "the superuser postgres could log in over the network"
        yield Finding((*where, "roles"), what, f"declare a role with fewer rights, {WHY}", needs)


def open_to_the_world(source: Network) -> bool:
    """Whether a network is so wide that it is no network of anybody's."""
    if source == "local":
        return False
    if isinstance(source, IPv6Network):
        return source.prefixlen < 16 and not source.subnet_of(PRIVATE)
    return source.prefixlen < 8


def crosses_the_network(source: Network) -> bool:
    return source != "local" and not source.is_loopback


def _without_effect(where: Path, rule: Rule, earlier: tuple[Rule, ...]) -> Iterator[Finding]:
    for index, other in enumerate(earlier):
        if covers(other, rule):
            what = f"never decides: access[{index}] comes first and matches all of it"
            hint = "the first rule that matches decides; move it up, or remove it"
            keys = ("databases", "roles", "from")
            lists = tuple((*where[:-1], number, key, ANY) for number in (index, where[-1]) for key in keys)
            tls = tuple((*where[:-1], number, "tls") for number in (index, where[-1]))
            yield Finding(where, what, hint, lists + tls)
            return


def covers(one: Rule, other: Rule) -> bool:
    """Whether every connection that `other` matches is matched by `one`."""
    return (
        ("all" in one.databases or set(other.databases) <= set(one.databases))
        and ("all" in one.roles or set(other.roles) <= set(one.roles))
        and (not one.tls or other.tls)
        and all(any(_within(source, around) for around in one.sources) for source in other.sources)
    )


def _within(source: Network, around: Network) -> bool:
    if isinstance(source, IPv4Network) and isinstance(around, IPv4Network):
        return source.subnet_of(around)
    if isinstance(source, IPv6Network) and isinstance(around, IPv6Network):
        return source.subnet_of(around)
    return source == around
