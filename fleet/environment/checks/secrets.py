"""Secrets: a way to ask for each of them, and a name of its own for each."""

from collections.abc import Iterator

from ...secrets import required, variable
from ..finding import ANY, Finding
from ..model import Environment
from ..sources import SecretsFromCommand, SecretsFromEnvironment, SuppliedCertificates


def of(environment: Environment) -> Iterator[Finding]:
    """What is wrong with where the secrets and certificates come from."""
    source, tls = environment.secrets, environment.tls
    if isinstance(source, SecretsFromCommand) and not any("{name}" in word for word in source.command):
        hint = "let one of the arguments hold {name}, such as pgsteward/prod/{name}"
        yield Finding(("secrets", "command"), "is the same for every secret", hint)
    if isinstance(source, SecretsFromEnvironment):
        yield from _apart(environment, source.prefix)
    servers = [node for node in environment.nodes.values() if node.duty != "repository"]
    if isinstance(tls, SuppliedCertificates) and len(servers) > 1 and "{node}" not in tls.certificate:
        hint = "let the path hold {node}, such as tls/{node}.pem"
        yield Finding(("tls", "certificate"), "is the same for every node", hint)


def _apart(environment: Environment, prefix: str) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name in required(environment):
        other = seen.setdefault(variable(name, prefix), name)
        if other != name:
            what = f"{other} and {name} are both in {variable(name, prefix)}"
            hint = "rename one of them, or choose another kind of secrets"
            yield Finding(("secrets", "from"), what, hint, (("clusters", ANY, "roles", ANY),))
