"""What a server needs to know besides its tuning: where it listens, its certificates, whom it follows."""

from collections.abc import Iterable, Mapping

from . import copies, pgbackrest
from .environment import Cluster, Node
from .layout import Layout
from .setting import Setting
from .slot import slot
from .tuning import for_standby

REPLICATOR = "replicator"


def identity(cluster: str, node: Node, port: int) -> Iterable[Setting]:
    """What a server is called and where it listens."""
    addresses = ",".join(node.listen or ("localhost", str(node.address)))
    yield Setting("cluster_name", cluster, "the name in process lists and on standbys", "connections")
    yield Setting("port", str(port), "declared for the cluster", "connections")
    yield Setting("listen_addresses", addresses, "this node's own addresses, not whatever appears later", "connections")


def language(cluster: Cluster) -> Iterable[Setting]:
    """What initdb would choose on each host by itself; the same on every node, so that a promotion changes nothing."""
    for name in ("lc_monetary", "lc_numeric", "lc_time"):
        yield Setting(name, cluster.locale, "the cluster's locale, the same on every node", "language")
    yield Setting("timezone", "Etc/UTC", "times mean the same on every node and in every log", "language")
    yield Setting("default_text_search_config", "pg_catalog.english", "PostgreSQL's own, on every node", "language")


def encryption(layout: Layout) -> Iterable[Setting]:
    """TLS from the start, with this node's certificate."""
    yield Setting("ssl", "on", "whatever crosses the network is encrypted", "encryption")
    yield Setting("ssl_cert_file", str(layout.certificate), "this node's certificate; clients verify it", "encryption")
    yield Setting("ssl_key_file", str(layout.key), "readable by postgres alone", "encryption")
    yield Setting("ssl_ca_file", str(layout.authority), "the environment's authority", "encryption")


def connection(cluster: Cluster, layout: Layout, name: str) -> str:
    """How the standby `name` reaches its primary: verified by name, the password in a file, never here."""
    primary, node = cluster.primary
    return (
        f"host={primary} hostaddr={node.address} port={cluster.port} user={REPLICATOR} application_name={slot(name)} "
        f"sslmode=verify-full sslrootcert={layout.authority} passfile={layout.passfile}"
    )


def following(cluster: Cluster, layout: Layout, name: str) -> Iterable[Setting]:
    """What makes a node a standby of its primary."""
    conninfo, delay = connection(cluster, layout, name), cluster.nodes[name].delay
    verified = "the primary, verified by name; the password is in the passfile"
    yield Setting("primary_conninfo", conninfo, verified, "standby")
    yield Setting("primary_slot_name", slot(name), "the primary keeps the WAL that this standby has not got", "standby")
    if delay is not None:
        why = "declared: a mistake on the primary is not yet one here"
        yield Setting("recovery_min_apply_delay", f"{delay}s", why, "standby")
    elif cluster.dumps:
        why = "dumps are taken from here: what they read the primary does not vacuum away meanwhile"
        yield Setting("hot_standby_feedback", "on", why, "standby")


def leading(cluster: Cluster, name: str) -> Iterable[Setting]:
    """What commits on the node `name` wait for while it is the primary; empty where they wait for nobody.

    A standby has it, too, where it means nothing: it is in force at the moment of a promotion, not after it.
    """
    names = synchronous_standby_names(cluster, name)
    why = "declared: a commit waits for these standbys" if names else "asynchronous: a commit waits for nobody"
    if name in cluster.standbys:
        why += "; of no effect until this node is promoted"
    yield Setting("synchronous_standby_names", names, why, "replication")


def synchronous_standby_names(cluster: Cluster, name: str = "") -> str:
    """PostgreSQL's own words for the declared synchronous replication, such as `ANY 1 (pg2, pg3)`.

    On the primary; or on the standby `name` as it is once the two have changed their places.
    """
    declared, primary = cluster.replication.synchronous, cluster.primary[0]
    if declared is None:
        return ""
    here = name or primary
    others = [one for one in cluster.nodes if one != here and one in (primary, *cluster.prompt_standbys)]
    counted = [primary if one == here else one for one in declared.standbys or others]
    names = ", ".join(f'"{slot(one)}"' for one in counted)
    return f"{declared.method.upper()} {declared.number} ({names})"


def settings(
    cluster: Cluster,
    layout: Layout,
    name: str,
    tuned: tuple[Setting, ...],
    primary: Mapping[str, int],
    queue: int = 0,
    where: str = "",
) -> tuple[Setting, ...]:
    """Every setting of the node `name`, each once.

    `tuned` are the settings that its own machine deserves; `primary` what recovery on a standby compares with
    (`fleet.tuning.COMPARED`), of no concern to the primary itself; `queue` bytes of WAL may wait
    for the archive; `where` is the node's path in the file. What reads another cluster's repositories is a copy of it,
    and quiet. Raises `Refused` where a standby is too small.
    """
    node = cluster.nodes[name]
    archive = pgbackrest.settings(layout.cluster, cluster.backups, queue) if cluster.backups else ()
    own = (*identity(layout.cluster, node, cluster.port), *encryption(layout), *language(cluster), *archive)
    found = [*own, *leading(cluster, name)]
    if node.duty == "primary":
        found += tuned
    else:
        declared = {setting.name for setting in tuned}
        found += (setting for setting in following(cluster, layout, name) if setting.name not in declared)
        found += for_standby(tuned, primary, where)
    copy = cluster.backups and cluster.backups.read_only
    return tuple(copies.quieted(found, cluster.postgresql) if copy else found)


def chapters(settings: Iterable[Setting]) -> dict[str, list[Setting]]:
    """Settings by chapter, in the order in which the chapters first come."""
    found: dict[str, list[Setting]] = {}
    for setting in settings:
        found.setdefault(setting.chapter, []).append(setting)
    return found
