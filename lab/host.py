"""The life of one host: made blank, booted, answering, dead, removed.

A host is a directory: `own` (what makes it this one, laid over the base image), `root.img` (what it wrote over
both), `disk.img` (its data disk), `host.json` (what it was made as; written last, so a host without one is
half-made), and its console. What is found is brought to what is wanted, wherever an earlier run broke off.
"""

import json
import os
import re
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from . import debs, disk, image, keys, names, network, places, processes
from .plan import Host, Lab
from .shell import Trouble, remove_tree

MADE = "host.json"
FILES = Path(__file__).parent / "files"
ROOT_DISK = 16 << 30  # bytes; sparse
LISTENING = ":0016 00000000:0000 0A"  # of /proc/net/tcp: port 22, nobody, listening
LAST_WORDS = 4  # lines of its console; the last one is `Exiting PID 1...`, whatever the reason was
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PATIENCE = 60  # seconds that a host may take to answer
NSPAWN = (
    *("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit"),
    *("--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=read-only"),
    *("--capability=all", "--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE"),
)
ENVIRONMENT = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}  # newer systemd refuses the old control groups


class Site:
    """Where the parts of a host are."""

    def __init__(self, lab: str, name: str) -> None:
        self.directory = places.host_directory(lab, name)
        self.group = names.group(lab, "hosts", name)
        self.made = self.directory / MADE
        self.base = self.directory / "base"
        self.own = self.directory / "own"
        self.console = self.directory / "console.log"

    @property
    def seen(self) -> Path:
        """The directory with its disks mounted, as the host's nspawn sees it; raises Trouble where none runs."""
        for pid in processes.running(f"{self.group}/supervisor"):
            return Path(f"/proc/{pid}/root{self.directory}")
        raise Trouble(f"{self.directory.name} is down", f"`python -m lab fault start {self.directory.name}`")


def ensure(lab: Lab, host: Host) -> bool:
    """The host runs and answers; whether it had to be started for that."""
    site = Site(lab.name, host.name)
    made = _made(site)
    if made:
        _unchanged(lab, host, made)
    else:
        remove(lab.name, host.name)
        make(lab, host)
    start = not alive(lab.name, host.name)
    if start:
        boot(lab, host)
    await_answer(lab, host)
    return start


def _made(site: Site) -> dict[str, object]:
    """What the host was made as; nothing where it is half-made or not there."""
    try:
        return dict(json.loads(site.made.read_text()))
    except FileNotFoundError:
        return {}


def _unchanged(lab: Lab, host: Host, was: dict[str, object]) -> None:
    """Refuses a host that is declared otherwise than it was made: only a blank one can become that."""
    now = _description(host)
    differing = [f"{key} was {was.get(key)}, is {now[key]}" for key in now if was.get(key) != now[key]]
    if differing:
        what = f"{host.name} was made differently: {', '.join(differing)}"
        raise Trouble(what, f"`python -m lab --name {lab.name} reset {host.name}` makes it anew, blank")


def _description(host: Host) -> dict[str, object]:
    return {key: value for key, value in asdict(host).items() if key != "user"}


def make(lab: Lab, host: Host) -> None:
    """A blank host, not yet running."""
    site = Site(lab.name, host.name)
    for mountpoint in ("writes", "root", "data", "own"):
        (site.directory / mountpoint).mkdir(parents=True)
    site.base.symlink_to(image.base(host.suite, host.installed))
    _identify(lab, host, site)
    debs.lend(host.suite, _own(site, str(debs.ARCHIVE / "lock")).parent)
    disk.make(site.directory / "root.img", ROOT_DISK)
    disk.make(site.directory / "disk.img", host.disk, site.base / "var/lib/postgresql")
    new = site.made.with_suffix(".new")
    new.write_text(json.dumps(_description(host)))
    new.rename(site.made)


def _identify(lab: Lab, host: Host, site: Site) -> None:
    """What makes the host this one: its names, address and keys."""
    template = (FILES / "host0.network").read_text()
    address = template.format(address=host.address, prefix=lab.network.prefixlen, gateway=lab.gateway)
    _own(site, "etc/hostname").write_text(f"{host.name}\n")
    _own(site, "etc/machine-id").write_text(f"{os.urandom(16).hex()}\n")
    _own(site, "etc/hosts").write_text(_names(lab))
    _own(site, "etc/resolv.conf").write_text(network.resolver())
    _own(site, "etc/systemd/network/10-host0.network").write_text(address)
    key = keys.of_host(site.directory, host.name)
    for file in (key, key.with_name(f"{key.name}.pub")):
        shutil.copy(file, _own(site, f"etc/ssh/{file.name}"))
    for home in ("root", "home/deploy"):
        _authorise(_own(site, f"{home}/.ssh/authorized_keys"))
    if host.hardened:
        shutil.copy(FILES / "sshd-hardened.conf", _own(site, "etc/ssh/sshd_config.d/00-hardened.conf"))


def _own(site: Site, path: str) -> Path:
    """Where to write a file of the host's own. Directories on the way are as in the base image, which they hide."""
    target = site.own / path
    for parent in reversed(target.relative_to(site.own).parents):
        model, copy = (site.base / parent).stat(), site.own / parent
        copy.mkdir(exist_ok=True)
        copy.chmod(model.st_mode)
        os.chown(copy, model.st_uid, model.st_gid)
    return target


def _authorise(authorized: Path) -> None:
    """The lab's key opens the account that the file belongs to."""
    owner = authorized.parent.stat()
    authorized.write_text(keys.ours())
    authorized.chmod(0o600)
    os.chown(authorized, owner.st_uid, owner.st_gid)


def _names(lab: Lab) -> str:
    """The hosts' /etc/hosts: everybody in the lab, by name."""
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    lines += [f"{host.address} {host.name}" for host in lab.hosts]
    lines += [f"{lab.store.address} s3"] if lab.store else []
    return "".join(f"{line}\n" for line in lines)


def boot(lab: Lab, host: Host) -> None:
    """The host starts, from whatever state it was left in."""
    site = Site(lab.name, host.name)
    stop(lab.name, host.name)
    command = [
        *("unshare", "--mount", "--propagation=private"),
        *("sh", str(FILES / "boot.sh"), str(site.directory), str(site.base.readlink())),
        *NSPAWN,
        f"--directory={site.directory / 'root'}",
        f"--machine={names.machine(lab.name, host.name)}",
        f"--hostname={host.name}",
        f"--network-bridge={lab.bridge}",
        f"--bind={site.directory / 'data'}:/var/lib/postgresql",
    ]
    processes.start(site.group, command, site.console, ENVIRONMENT)


def await_answer(lab: Lab, host: Host) -> None:
    """Returns when sshd greets and everybody may log in."""
    until = time.monotonic() + PATIENCE
    while not _answers(lab, host):
        if not processes.running(Site(lab.name, host.name).group):
            raise Trouble(f"{host.name} did not start: {_last_words(lab.name, host.name)}", "see its console.log")
        if time.monotonic() > until:
            console = Site(lab.name, host.name).console
            raise Trouble(f"{host.name} does not answer after {PATIENCE} s", f"see {console}")
        time.sleep(0.05)


def _answers(lab: Lab, host: Host) -> bool:
    """Whether everybody may log in and sshd greets, or at least waits where nobody can reach it."""
    first = leader(lab.name, host.name)
    if first is None or Path(f"/proc/{first}/root/run/nologin").exists():
        return False
    return _listens(first) if network.is_isolated(lab.name, host.name) else _greets(host.address)


def _greets(address: str) -> bool:
    try:
        with socket.create_connection((address, 22), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def _listens(first: int) -> bool:
    """Whether something listens on port 22 in the host with this first process."""
    try:
        return LISTENING in Path(f"/proc/{first}/net/tcp").read_text()
    except OSError:
        return False


def _last_words(lab: str, name: str) -> str:
    lines = COLOUR.sub("", Site(lab, name).console.read_text(errors="replace")).strip().splitlines()
    return "; ".join(lines[-LAST_WORDS:]) or "it said nothing"


def leader(lab: str, name: str) -> int | None:
    """The process that is number 1 inside the host, as this machine numbers it."""
    for pid in processes.running(f"{Site(lab, name).group}/payload"):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        inside = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
        if len(inside) > 1 and inside[-1] == "1":
            return pid
    return None


def alive(lab: str, name: str) -> bool:
    """Whether its systemd runs, and nspawn, which it cannot be without."""
    return _runs(Site(lab, name)) and leader(lab, name) is not None


def require(lab: str, name: str) -> None:
    """Raises Trouble where there is no such host, running or not."""
    if not Site(lab, name).made.exists():
        raise Trouble(f"{name} has not been made", "`python -m lab up` makes it")


def inside(lab: str, name: str) -> list[str]:
    """The command prefix that runs something as root in the host, be it cut off or not."""
    first = leader(lab, name)
    if first is None:
        raise Trouble(f"{name} is down", f"`python -m lab fault start {name}`, or up")
    return ["nsenter", "--target", str(first), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/"]


def stop(lab: str, name: str) -> None:
    """The host is dead as if its power had failed: what its data disk had not synced is lost."""
    site = Site(lab, name)
    keys.close(lab, name)
    gather(lab, name)
    if _runs(site):
        processes.freeze(site.group)  # or they would log that their disk is gone
        disk.cut_power(site.seen / "data")
    processes.remove(site.group)
    network.unplug(lab, name)
    disk.release(site.directory)


def remove(lab: str, name: str) -> None:
    """Nothing of the host is left but the packages that it fetched."""
    site = Site(lab, name)
    gather(lab, name)
    if _runs(site):
        disk.cut_power(site.seen / "writes")  # or the kernel would write down what is thrown away
    stop(lab, name)
    remove_tree(site.directory)


def gather(lab: str, name: str) -> None:
    """The packages that the host fetched are kept, if it runs. Nothing depends on it, so it may fail."""
    first, made = leader(lab, name), _made(Site(lab, name))
    if first is not None and made:
        with suppress(OSError):
            debs.gather(str(made["suite"]), Path(f"/proc/{first}/root") / debs.ARCHIVE)


def _runs(site: Site) -> bool:
    return bool(processes.running(f"{site.group}/supervisor"))
