"""Whether this machine can be a lab, and what has to be installed for it."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from .shell import Trouble, attempt, run

# a program → the Debian package that brings it
TOOLS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "ip": "iproute2",
    "tc": "iproute2",
    "mkfs.ext4": "e2fsprogs",
    "losetup": "mount",
    "nsenter": "util-linux",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "gpgv": "gpgv",
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ANYWHERE = "run in any Linux VM, as root"


def availability() -> str | None:
    """Why there can be no lab here, in one sentence; None when there can be one."""
    if platform.system() != "Linux":
        return f"the lab needs Linux, this is {platform.system()}"
    if os.geteuid() != 0:
        return "the lab needs root"
    if missing() and not shutil.which("apt-get"):
        return f"{', '.join(missing())} are not installed and there is no apt-get to install them"
    if "overlay" not in Path("/proc/filesystems").read_text() and attempt("modprobe", "overlay").returncode:
        return "the kernel has no overlay filesystem"
    if not Path("/dev/loop-control").exists() and attempt("modprobe", "loop").returncode:
        return "there are no loop devices here (a container?)"
    if attempt("unshare", "--mount", "--net", "mount", "-t", "tmpfs", "lab", "/mnt").returncode:
        return "root may not mount or make networks here (an unprivileged container?)"
    return _groups()


def _groups() -> str | None:
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    unified = [Path(line.split()[1]) for line in mounts if line.split()[2] == "cgroup2"]
    if not unified or not os.access(unified[0], os.W_OK):
        return "control groups (cgroup2) cannot be made here"
    return None


def missing() -> list[str]:
    """The Debian packages that the lab needs and this machine lacks."""
    packages = {package for tool, package in TOOLS.items() if not _found(tool)}
    return sorted(packages | (set() if KEYRING.exists() else {"debian-archive-keyring"}))


def _found(tool: str) -> bool:
    """Also where a user's PATH does not look."""
    return bool(shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin"))


def install() -> None:
    """Installs what is missing, saying so."""
    packages = missing()
    if not packages:
        return
    print(f"installing {', '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages]
    run("apt-get", "update", "--quiet=2", hint="can this machine reach its Debian mirror?")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"apt-get install failed: {done.stderr.strip()}", f"install {', '.join(packages)} yourself")
