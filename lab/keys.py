"""The key that opens every host, and the keys by which hosts are known."""

from collections.abc import Iterable
from pathlib import Path

from . import places
from .lock import locked
from .plan import Lab
from .shell import run


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
    options = (
        *("StrictHostKeyChecking=yes", f"UserKnownHostsFile={lab.directory / 'known_hosts'}"),
        *("IdentitiesOnly=yes", "BatchMode=yes", "ConnectTimeout=10", "LogLevel=ERROR"),
    )
    settings = [part for option in options for part in ("-o", option)]
    return ["ssh", "-F", "none", "-i", str(places.KEY), *settings, f"{user or there.user}@{there.address}"]
