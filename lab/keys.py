"""The key that opens every host, the keys by which hosts are known, and the connections that stay open for a while.

A login costs both sides more than the command that it is for, so the commands of a minute share one connection. It is
closed with the host; one that hangs on a host that is cut off gives up after as long as a login may take.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from . import places
from .lock import locked
from .plan import Lab
from .shell import attempt, run

CONNECTION = ".connection"
LONGEST_SOCKET = 90  # bytes of a socket's path; the kernel takes 107, and ssh makes it under a longer name
KEPT = 60  # seconds that a connection waits for the next command


def ours() -> str:
    """The public key of the pair that logs in to every host of every lab; made when there is none."""
    with locked("key"):
        if not places.KEY.exists():
            _generate(places.KEY, "pgsteward-lab")
    return places.KEY.with_suffix(".pub").read_text()


def of_host(directory: Path, name: str) -> Path:
    """The host's own private key, beside its public one."""
    key = directory / "ssh_host_ed25519_key"
    if not key.exists():
        _generate(key, name)
    return key


def _generate(key: Path, comment: str) -> None:
    """A pair that is whole as soon as the private key is there."""
    key.parent.mkdir(parents=True, exist_ok=True)
    new = key.with_name(f".{key.name}.new")
    for stale in (new, new.with_name(f"{new.name}.pub")):
        stale.unlink(missing_ok=True)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(new))
    new.with_name(f"{new.name}.pub").rename(key.with_name(f"{key.name}.pub"))
    new.rename(key)


def write_known_hosts(lab: Lab) -> None:
    """The hosts' real keys, so that nobody has to trust at first sight."""
    lines = [f"{host.address},{host.name} {_public(lab.name, host.name)}\n" for host in lab.hosts]
    _replace(lab.directory / "known_hosts", lines)


def _public(lab: str, host: str) -> str:
    kind, key, *_ = (places.host_directory(lab, host) / "ssh_host_ed25519_key.pub").read_text().split()
    return f"{kind} {key}"


def _replace(path: Path, lines: Iterable[str]) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_text("".join(lines))
    new.replace(path)


def login(lab: Lab, host: str, user: str | None = None) -> list[str]:
    """The ssh command, up to the host, that believes nothing but the known keys."""
    there = lab.host(host)
    account = user or there.user
    options = (
        *("StrictHostKeyChecking=yes", f"UserKnownHostsFile={lab.directory / 'known_hosts'}"),
        *("IdentitiesOnly=yes", "BatchMode=yes", "ConnectTimeout=10", "LogLevel=ERROR"),
        *_connection(places.host_directory(lab.name, host) / f"{account}{CONNECTION}"),
    )
    settings = [part for option in options for part in ("-o", option)]
    return ["ssh", "-F", "none", "-i", str(places.KEY), *settings, f"{account}@{there.address}"]


def _connection(socket: Path) -> Iterator[str]:
    """The options by which commands share the connection with this socket; none where its path is too long."""
    if len(bytes(socket)) <= LONGEST_SOCKET:
        yield from ("ControlMaster=auto", f"ControlPath={socket}", f"ControlPersist={KEPT}")
        yield from ("ServerAliveInterval=5", "ServerAliveCountMax=2")


def close(lab: str, host: str) -> None:
    """No connection to the host is open any more."""
    for socket in places.host_directory(lab, host).glob(f"*{CONNECTION}"):
        attempt("ssh", "-F", "none", "-o", f"ControlPath={socket}", "-O", "exit", host)
        socket.unlink(missing_ok=True)
