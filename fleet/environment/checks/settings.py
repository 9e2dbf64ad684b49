"""Settings: not those that follow from other keys, and none that risks the data of a production cluster."""

from collections.abc import Iterator

from ..cluster import Cluster
from ..finding import Finding, Path
from ..model import Environment

FOLLOWS = {
    "port": "declare `port` of the cluster",
    "data_directory": "declare `data_directory` of the cluster",
    "max_connections": "declare `connections` of the cluster",
    "listen_addresses": "declare `listen` of the node",
    "recovery_min_apply_delay": "declare `delay` of the node",
    "synchronous_standby_names": "declare `replication.synchronous` of the cluster",
    "primary_conninfo": "remove it; it follows from the nodes",
    "primary_slot_name": "remove it; it follows from the nodes",
    "cluster_name": "remove it; it is the name of the cluster",
    "hot_standby": "remove it; standbys answer, or nobody could see that they are well",
    "password_encryption": "remove it; passwords are kept as scram-sha-256",
    "unix_socket_directories": "remove it; Debian's place is where all programs look",
    **dict.fromkeys(
        ("config_file", "hba_file", "ident_file", "external_pid_file"), "remove it; Debian's place is kept"
    ),
    **dict.fromkeys(("ssl", "ssl_cert_file", "ssl_key_file", "ssl_ca_file"), "declare `tls` of the environment"),
}
LOSES = {
    "fsync": "a power cut would destroy the cluster",
    "full_page_writes": "a power cut could destroy pages",
    "zero_damaged_pages": "damaged pages would be emptied instead of reported",
    "ignore_checksum_failure": "damaged pages would be taken for good ones",
}
SAFE = {
    "fsync": True,
    "full_page_writes": True,
    "zero_damaged_pages": False,
    "ignore_checksum_failure": False,
}
SPELLINGS = {
    "on": True,
    "true": True,
    "yes": True,
    "1": True,
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the declared settings."""
    for name, override in cluster.settings.items():
        where: Path = (*place, "settings", name)
        if name in FOLLOWS:
            yield Finding(where, "is not set here", FOLLOWS[name])
        if name in LOSES and environment.purpose == "production" and not _safe(name, override.value):
            yield Finding(where, LOSES[name], "remove it; only other purposes than production may", (("purpose",),))


def _safe(name: str, value: object) -> bool:
    return SPELLINGS.get(str(value).lower()) is SAFE[name]
