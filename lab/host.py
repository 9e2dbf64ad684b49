"""The life of one host: made blank, booted, answering, dead, removed.

A host is a directory: `upper` (what it wrote over its base image), `disk.img` (its data disk), `host.json` (what
it was made as; written last, so a host without one is half-made), and its console. What is found is brought to
what is wanted, wherever an earlier run broke off.
"""

import json
import os
import shutil
import socket
import time
from dataclasses import asdict
from pathlib import Path

from . import debs, disk, image, keys, names, network, places, processes
from .plan import Host, Lab
from .shell import Trouble, attempt, run

MADE = "host.json"
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
        self.upper = self.directory / "upper"
        self.work = self.directory / "work"
        self.root = self.directory / "root"
        self.image = self.directory / "disk.img"
        self.data = self.directory / "data"
        self.console = self.directory / "console.log"


def ensure(lab: Lab, host: Host) -> bool:
    """The host runs and answers; whether it had to be started for that."""
    site = Site(lab.name, host.name)
    if not site.made.exists():
        remove(lab.name, host.name)
        make(lab, host)
    else:
        _unchanged(lab, host, site)
    if alive(lab.name, host.name):
        return False
    boot(lab, host)
    await_answer(lab, host)
    return True


def _unchanged(lab: Lab, host: Host, site: Site) -> None:
    """Refuses a host that is declared otherwise than it was made: only a blank one can become that."""
    was = json.loads(site.made.read_text())
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
    for directory in (site.upper, site.work, site.root, site.data):
        directory.mkdir(parents=True, exist_ok=True)
    debs.lend(host.suite, site.upper)
    base = image.base(host.suite)
    (site.directory / "base").symlink_to(base)
    _mount_root(site)
    _identify(lab, host, site)
    disk.make(site.image, host.disk)
    site.made.write_text(json.dumps(_description(host)))


def _mount_root(site: Site) -> None:
    """The host's root filesystem. `volatile`: it syncs nothing, which its data disk does."""
    if site.root.is_mount():
        return
    shutil.rmtree(site.work / "work", ignore_errors=True)  # a machine that crashed leaves a mark there
    base = (site.directory / "base").resolve()
    options = f"lowerdir={base},upperdir={site.upper},workdir={site.work},volatile"
    run("mount", "-t", "overlay", "-o", options, "lab", str(site.root))


def _identify(lab: Lab, host: Host, site: Site) -> None:
    """What makes the host this one: its names, address and keys."""
    etc = site.root / "etc"
    (etc / "hostname").write_text(f"{host.name}\n")
    (etc / "machine-id").write_text(f"{os.urandom(16).hex()}\n")
    (etc / "hosts").write_text(_names(lab))
    resolver = etc / "resolv.conf"
    resolver.unlink(missing_ok=True)
    resolver.write_text(network.resolver())
    template = (image.RECIPE / "host0.network").read_text()
    settings = template.format(address=host.address, prefix=lab.network.prefixlen, gateway=lab.gateway)
    (etc / "systemd/network/10-host0.network").write_text(settings)
    _authorise(site.root, host.hardened)
    key = keys.of_host(site.directory, host.name)
    for file in (key, key.with_name(f"{key.name}.pub")):
        shutil.copy(file, etc / "ssh" / file.name)


def _authorise(root: Path, hardened: bool) -> None:
    """Who may log in, and how strictly that is seen."""
    for home in (root / "root", root / "home/deploy"):
        authorized = home / ".ssh/authorized_keys"
        authorized.write_text(keys.ours())
        authorized.chmod(0o600)
        owner = home.stat()
        os.chown(authorized, owner.st_uid, owner.st_gid)
    if hardened:
        shutil.copy(image.RECIPE / "sshd-hardened.conf", root / "etc/ssh/sshd_config.d/00-hardened.conf")


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
    _mount_root(site)
    disk.mount(site.image, site.data)
    command = [
        *NSPAWN,
        f"--directory={site.root}",
        f"--machine={names.machine(lab.name, host.name)}",
        f"--hostname={host.name}",
        f"--network-bridge={lab.bridge}",
        f"--bind={site.data}:/var/lib/postgresql",
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
    first = leader(lab.name, host.name)
    if first is None or Path(f"/proc/{first}/root/run/nologin").exists():
        return False
    try:
        with socket.create_connection((host.address, 22), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def _last_words(lab: str, name: str) -> str:
    lines = Site(lab, name).console.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


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
    supervisor = processes.running(f"{Site(lab, name).group}/supervisor")
    return bool(supervisor) and leader(lab, name) is not None


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
    disk.cut_power(site.data)
    processes.remove(site.group)
    network.unplug(lab, name)
    disk.unmount(site.image, site.data)


def remove(lab: str, name: str) -> None:
    """Nothing of the host is left but the packages that it fetched."""
    site = Site(lab, name)
    stop(lab, name)
    gather(lab, name)
    while site.root.is_mount():
        attempt("umount", str(site.root)).check_returncode()
    shutil.rmtree(site.directory, ignore_errors=True)


def gather(lab: str, name: str) -> None:
    """The packages that the host fetched are kept."""
    site = Site(lab, name)
    if site.made.exists():
        debs.gather(json.loads(site.made.read_text())["suite"], site.upper)
