"""The base image of a suite: a small Debian with what every host has, and nothing of PostgreSQL.

A second one has the packages that a deploy installs, too, for hosts that are about something else: to unpack them is
half the work of a first deploy.

Made once by mmdebstrap from this machine's own mirror, in a directory beside its final place; so an image that
is there is whole. A changed recipe makes a new one. Hosts are overlays of it and never write to it.
"""

import re
from hashlib import sha256
from pathlib import Path

from fleet.versions import RELEASES

from .lock import locked
from .places import BASES, LABS
from .shell import remove_tree, run

SUITES = ("bookworm", "trixie", "forky")
RECIPE = Path(__file__).parent / "base"
PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "openssh-server", "sudo", "cron", "python3"),
    *("iproute2", "iputils-ping", "procps", "ca-certificates"),
)
DEPLOYED = (
    *("postgresql-{version}", "postgresql-client-{version}", "postgresql-common", "pgbackrest", "logrotate"),
    *("python3-psycopg", "python3-boto3", "zstd", "age", "restic"),
)
APT_SOURCES = Path("/etc/apt")
CERTIFICATES = Path("/usr/local/share/ca-certificates")
DEFAULT_MIRROR = "http://deb.debian.org/debian"
# What of this machine's apt its hosts need, too: the way to the mirror, and how much of its dates to believe.
INHERITED = re.compile(r'^(Acquire::(?:https?::Proxy[^ ]*|Check-Date|Check-Valid-Until)) "(.+)";$', re.MULTILINE)


def base(suite: str, installed: bool = False) -> Path:
    """The directory of the suite's image, which is made if there is none of the present recipe. `installed`: whether
    it has the packages of a deployed host."""
    name = f"{suite}-installed" if installed else suite
    directory = BASES / f"{name}-{recipe(suite, installed)[:12]}"
    with locked(f"base-{name}"):
        if not directory.is_dir():
            _make(suite, installed, directory)
    return directory


def packages(suite: str, installed: bool = False) -> tuple[str, ...]:
    """The Debian packages of the suite's image."""
    deployed = tuple(package.format(version=RELEASES[suite].postgresql) for package in DEPLOYED)
    return (*PACKAGES, *deployed) if installed else PACKAGES


def recipe(suite: str, installed: bool = False) -> str:
    """The digest of everything that the image is made of, except the day's packages."""
    parts = [suite, mirror(), *packages(suite, installed), *apt_options()]
    contents = [path.read_bytes() for path in (*sorted(RECIPE.iterdir()), *authorities())]
    return sha256(b"\0".join([*(part.encode() for part in parts), *contents])).hexdigest()


def _make(suite: str, installed: bool, directory: Path) -> None:
    name = directory.name.rpartition("-")[0]
    print(f"making the base image {name} (once, {'a minute' if installed else 'a quarter of a minute'})", flush=True)
    building = directory.with_name(f".{name}")
    remove_tree(building)
    BASES.mkdir(parents=True, exist_ok=True)
    run(
        "mmdebstrap",
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        f"--include={','.join(packages(suite, installed))}",
        "--skip=cleanup/apt/lists",
        *(f"--aptopt={option}" for option in apt_options()),
        f'--essential-hook=sh {RECIPE / "prepare.sh"} "$1"',
        f'--customize-hook=sh {RECIPE / "customize.sh"} "$1" {suite} {mirror()}',
        suite,
        str(building),
        mirror(),
        hint="can this machine reach its Debian mirror? see /etc/apt",
    )
    building.rename(directory)
    for old in set(BASES.glob(f"{name}-????????????")) - {directory} - _in_use():
        remove_tree(old)


def _in_use() -> set[Path]:
    """The images that hosts are overlays of."""
    return {link.readlink() for link in LABS.glob("*/hosts/*/base") if link.is_symlink()}


def apt_options() -> list[str]:
    """The lab's own apt configuration: the hosts' archives are dated as the mirror has them, and kept."""
    own = {"Acquire::Check-Valid-Until": "false", "Acquire::Languages": "none", "APT::Keep-Downloaded-Packages": "true"}
    inherited = dict(INHERITED.findall(run("apt-config", "dump")))
    return [f'{key} "{value}"' for key, value in sorted((own | inherited).items())]


def mirror() -> str:
    """The Debian mirror that this machine itself uses."""
    texts = [path.read_text() for path in sorted(APT_SOURCES.glob("sources.list*/*.sources"))]
    texts += [path.read_text() for path in sorted((*APT_SOURCES.glob("*.list"), *APT_SOURCES.glob("*.list.d/*.list")))]
    addresses = re.findall(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(https?://\S+/debian)/?(?=\s|$)", "\n".join(texts), re.M)
    return addresses[0] if addresses else DEFAULT_MIRROR


def authorities() -> list[Path]:
    """The certificate authorities that were added to this machine."""
    return sorted(CERTIFICATES.glob("*.crt"))
