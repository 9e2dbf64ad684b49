"""Which secrets an environment needs, and how their values look. No value is ever held here."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the environment itself asks what it needs
    from .environment import Environment

SecretName = str

AUTHORITY = "authority"
ALWAYS = ("replicator", "monitor")


def required(environment: "Environment") -> tuple[SecretName, ...]:
    """The names of all secrets, in a stable order.

    `authority`: key and certificate of the environment's own authority, both PEM. `tls/<node>`: the key of a
    supplied certificate, PEM. `<cluster>/replicator`, `<cluster>/monitor`, and `<cluster>/<role>` for roles
    that log in: passwords. `<cluster>/<repository>/cipher` encrypts a repository, `…/s3_key` and `…/s3_secret` open
    an object store. `<cluster>/<target>/…` open a target of dumps: `password` is restic's own.
    """
    return (
        *_certificates(environment),
        *_passwords(environment),
        *_repositories(environment),
        *_targets(environment),
    )


def cipher(cluster: str, repository: str) -> SecretName:
    """What a repository is encrypted with. What was made with one is unreadable with any other."""
    return f"{cluster}/{repository}/cipher"


def ciphers(environment: "Environment") -> tuple[SecretName, ...]:
    """Those that the environment needs."""
    return tuple(name for name in _repositories(environment) if name.endswith("/cipher"))


def _certificates(environment: "Environment") -> tuple[SecretName, ...]:
    if environment.tls.source == "authority":
        return (AUTHORITY,)
    return tuple(f"tls/{name}" for name, node in environment.nodes.items() if node.duty != "repository")


def _passwords(environment: "Environment") -> tuple[SecretName, ...]:
    return tuple(
        f"{cluster_name}/{role}"
        for cluster_name, cluster in environment.clusters.items()
        for role in (*ALWAYS, *(name for name, role in cluster.roles.items() if role.login))
    )


def _repositories(environment: "Environment") -> Iterator[str]:
    for cluster_name, cluster in environment.clusters.items():
        for name, repository in (cluster.backups.repositories if cluster.backups else {}).items():
            if repository.encryption:
                yield cipher(cluster_name, name)
            if repository.s3:
                yield f"{cluster_name}/{name}/s3_key"
                yield f"{cluster_name}/{name}/s3_secret"


def _targets(environment: "Environment") -> Iterator[str]:
    for cluster_name, cluster in environment.clusters.items():
        for name, target in (cluster.dumps.targets if cluster.dumps else {}).items():
            yield from (f"{cluster_name}/{name}/{what}" for what in target.opened_by)


def variable(name: SecretName, prefix: str) -> str:
    """The environment variable that holds the secret: `main/shop-app` is in PGSTEWARD_MAIN_SHOP_APP."""
    return prefix + re.sub(r"[^A-Za-z0-9]", "_", name).upper()


def can_generate(name: SecretName) -> bool:
    """Whether the secret can be made up; the key of a supplied certificate and another's credentials cannot."""
    return not name.startswith("tls/") and not re.search(r"/(s3_key|s3_secret)$|/.*/[A-Z][A-Z0-9_]*$", name)


def is_key(name: SecretName) -> bool:
    """Whether the secret is a key in PEM; all others are passwords."""
    return name == AUTHORITY or name.startswith("tls/")


def fault(name: SecretName, value: str) -> str:
    """Why `value` cannot be the secret `name`; empty if it can. The value itself is never repeated."""
    if is_key(name):
        return _key_fault(name, value)
    if not value:
        return "is empty"
    if "\n" in value or "\r" in value:
        return "has more than one line, which a password has not"
    if re.search(r"[\x00-\x1f\x7f]", value):
        return "holds a control character"
    return ""


def _key_fault(name: SecretName, value: str) -> str:
    if not value.strip():
        return "is empty"
    if not re.search(r"-----BEGIN ([A-Z]+ )?PRIVATE KEY-----", value):
        return "holds no private key in PEM"
    if "-----BEGIN ENCRYPTED" in value or "Proc-Type: 4,ENCRYPTED" in value:
        return "holds a key with a passphrase, which nobody could type"
    if name == AUTHORITY and "-----BEGIN CERTIFICATE-----" not in value:
        return "holds no certificate in PEM beside its key"
    return ""
