"""TLS on a node: a certificate of the environment's authority, or one that its owner supplies; renewed by reload."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet.environment import OwnAuthority, SuppliedCertificates
from fleet.hostfile import HostFile
from fleet.problem import Problem, Refused

from .authority import Authority, fault, supplied_fault
from .environment import content, local
from .facts import FilesFact, TextFact
from .files import present, write
from .member import Member
from .memory import look
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
    """The files as their owner supplies them; raises `Refused` where they are missing or do not fit this node."""
    layout = member.layout
    certificate = content(local(member.source, tls.certificate.format(node=member.name))).decode()
    key = member.secret(f"tls/{member.name}")
    fault = supplied_fault(certificate, key, member.name, datetime.now(UTC))
    if fault:
        hint = "supply a certificate of this node and the key that belongs to it"
        raise Refused(member.source, [Problem(f"tls: {member.name}", fault, hint)])
    return [
        HostFile(layout.authority, ended(content(local(member.source, tls.authority)).decode())),
        HostFile(layout.key, ended(key), "postgres:postgres", "0600"),
        HostFile(layout.certificate, ended(certificate)),
    ]


def ended(text: str) -> str:
    """The text with a newline at its end."""
    return text if text.endswith("\n") else f"{text}\n"


def checked(member: Member) -> None:
    """Raises `Refused` where the node cannot get its certificate."""
    tls = member.environment.tls
    if isinstance(tls, OwnAuthority):
        Authority(member.secret("authority"))
    else:
        supplied(member, tls)


@operation()
def issued(member: Member, days: int) -> Iterator[StringCommand]:
    """The node holds a certificate of the environment's authority, good for another month at least."""
    layout, authority, now = member.layout, Authority(member.secret("authority")), datetime.now(UTC)
    names = (member.name, *member.node.names, str(member.node.address))
    why = fault(look(host, TextFact, path=str(layout.certificate)), authority.certificate, names, now)
    seen = look(host, FilesFact, paths=(str(layout.key), str(layout.authority)))
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
