"""TLS on a node: a certificate of the environment's authority, or one that its owner supplies; renewed by reload."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet.environment import OwnAuthority, SuppliedCertificates
from fleet.hostfile import HostFile

from .authority import Authority, fault
from .environment import content, local
from .facts import FilesFact, TextFact
from .files import present, write
from .member import Member
from .outcome import announce
from .shell import script


def of(member: Member) -> None:
    """The node has its certificate, and the authority that others' are verified by."""
    tls = member.environment.tls
    if isinstance(tls, OwnAuthority):
        issued(name="TLS: a certificate of the environment's authority", member=member, days=tls.days)
    else:
        present(name="TLS: the supplied certificate", wanted=supplied(member, tls), then=reload(member))


def reload(member: Member) -> tuple[str, ...]:
    """The script that has a server read its certificate again."""
    return ("reload", str(member.layout.version), member.layout.cluster)


def supplied(member: Member, tls: SuppliedCertificates) -> list[HostFile]:
    """The files as their owner supplies them; paths are relative to the project."""
    layout = member.layout
    certificate = content(local(member.source, tls.certificate.format(node=member.name))).decode()
    key = member.secret(f"tls/{member.name}")
    return [
        HostFile(layout.authority, content(local(member.source, tls.authority)).decode()),
        HostFile(layout.key, key if key.endswith("\n") else f"{key}\n", "postgres:postgres", "0600"),
        HostFile(layout.certificate, certificate),
    ]


@operation()
def issued(member: Member, days: int) -> Iterator[StringCommand]:
    """The node holds a certificate of the environment's authority, good for another month at least."""
    layout, authority, now = member.layout, Authority(member.secret("authority")), datetime.now(UTC)
    names = (member.name, *member.node.names, str(member.node.address))
    why = fault(host.get_fact(TextFact, path=str(layout.certificate)), authority.certificate, names, now)
    seen = host.get_fact(FilesFact, paths=(str(layout.key), str(layout.authority)))
    wanted = HostFile(layout.authority, authority.pem)
    if not why and str(layout.key) not in seen:
        why = "has no key"
    if not why and seen.get(str(layout.authority)) == wanted.seen_as:
        return host.noop("the certificate is good")
    announce(f"the certificate {why}: a new one is issued (reload)" if why else "the authority is written (reload)")
    yield write(wanted)
    if why:
        certificate, key = authority.issue(member.name, names, days, now)
        yield write(HostFile(layout.key, key, "postgres:postgres", "0600"))
        yield write(HostFile(layout.certificate, certificate))
    yield script(*reload(member))
