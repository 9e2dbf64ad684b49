"""What an environment's file says of its lab: which hosts, where, made of what.

Reads only what the lab needs (nodes' names, addresses and login users, and `x-lab`), so that a lab can be made
for an environment whose other keys are still wrong. All that is wrong with what it reads is said at once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import yaml

from fleet.problem import Problem, Refused, nearest, path
from fleet.size import parse_size

from . import image, names, places

KEYS = ("suite", "network", "disk", "hardened", "installed", "nodes", "spares", "s3")
HOST_KEYS = ("suite", "disk", "hardened", "installed")
STORE_KEYS = ("address", "bucket", "key", "secret")
USERS = ("root", "deploy")
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
SMALLEST_DISK = 64 << 20
LARGEST_DISK = 1 << 44
SHORTEST_KEY = 16  # rclone and pgBackRest refuse short ones, each in words of its own
DEFAULTS: dict[str, Any] = {"suite": "trixie", "disk": "4GB", "hardened": False, "installed": False}


@dataclass(frozen=True)
class Host:
    """A host of the lab: a node of a cluster, or a spare."""

    name: str
    address: str
    user: str
    suite: str
    disk: int
    """The size of its data disk in bytes."""
    hardened: bool
    installed: bool
    """Whether the packages that a deploy installs are there from the beginning."""


@dataclass(frozen=True)
class Store:
    """The object store. Without a key or a secret, the lab makes one up."""

    address: str
    bucket: str
    key: str | None
    secret: str | None


@dataclass(frozen=True)
class Lab:
    name: str
    environment: Path
    network: IPv4Network
    hosts: tuple[Host, ...]
    store: Store | None

    @property
    def directory(self) -> Path:
        """Where its state is, such as `known_hosts`."""
        return places.lab_directory(self.name)

    @property
    def gateway(self) -> str:
        """This machine's address in the lab's network."""
        return str(self.network[1])

    @property
    def bridge(self) -> str:
        return names.bridge(self.name)

    def host(self, name: str) -> Host:
        """The host called `name`; raises Refused with the nearest that there is."""
        for host in self.hosts:
            if host.name == name:
                return host
        near = nearest(name, (host.name for host in self.hosts))
        known = ", ".join(host.name for host in self.hosts)
        hint = f"did you mean {near}?" if near else f"there are {known}"
        raise Refused(f"the lab {self.name}", [Problem(name, "is no host of it", hint)])


def read(environment: Path, name: str | None = None) -> Lab:
    """The lab of the environment's file, called as the file unless a name is given; raises Refused."""
    document = _document(environment)
    reader = Reader(document)
    lab = reader.lab(lab_name(environment, name), environment.absolute())
    if reader.problems or lab is None:
        raise Refused(str(environment), reader.problems)
    return lab


def lab_name(environment: Path, name: str | None = None) -> str:
    """What the lab of this environment is called; raises Refused where that cannot be a lab's name."""
    chosen = environment.stem if name is None else name
    if not NAME.fullmatch(chosen):
        what = f"{chosen!r} cannot be the name of a lab"
        hint = "choose one with --name: small letters, digits and dashes, a letter first"
        raise Refused("the lab", [Problem("name", what, hint)])
    return chosen


def _document(environment: Path) -> Any:
    try:
        return yaml.safe_load(environment.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "is not text"
        raise Refused(str(environment), [Problem("the file", what, "name it with --environment")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        problem = Problem(where, "this is not YAML", "check the indentation and the quotes there")
        raise Refused(str(environment), [problem]) from None


class Reader:
    """One reading of one document; what is wrong collects in `problems`."""

    def __init__(self, document: Any) -> None:
        self.problems: list[Problem] = []
        self.document = self._mapping(document, "the file")
        own = self._mapping(self.document.get("x-lab"), "x-lab", empty=True)
        self._known(own, KEYS, "x-lab")
        self.own = DEFAULTS | own
        self.network = self._network()

    def lab(self, name: str, environment: Path) -> Lab | None:
        """The lab, if there are no problems; None otherwise."""
        hosts = tuple(self._hosts())
        store = self._store()
        self._distinct(hosts)
        if not hosts and not self.problems:
            self._wrong("clusters", "has no nodes", "declare at least one, with its address")
        if self.problems or self.network is None:
            return None
        return Lab(name, environment, self.network, hosts, store)

    def _wrong(self, where: str, what: str, hint: str) -> None:
        self.problems.append(Problem(where, what, hint))

    def _mapping(self, value: Any, where: str, empty: bool = False) -> dict[str, Any]:
        if isinstance(value, dict):
            return {str(key): entry for key, entry in value.items()}
        if value is not None or not empty:
            self._wrong(where, "is not a mapping", "write `key: value` lines below it")
        return {}

    def _known(self, mapping: Iterable[str], known: tuple[str, ...], *where: str) -> None:
        for key in mapping:
            if key not in known:
                near = nearest(key, known)
                hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
                self._wrong(path(*where, key), "is no key of the lab's", hint)

    def _network(self) -> IPv4Network | None:
        value = self.own.get("network")
        hint = "give it a network of its own, such as 198.18.0.0/24"
        if value is None:
            self._wrong("x-lab.network", "is missing", hint)
            return None
        try:
            network = IPv4Network(str(value))
        except ValueError as error:
            self._wrong("x-lab.network", f"{value!r} is not a network ({str(error).lower()})", hint)
            return None
        if network.prefixlen > 29:
            self._wrong("x-lab.network", f"{network} has no room for hosts", hint)
        return network

    def _hosts(self) -> Iterator[Host]:
        """Hosts in the order of the file: nodes of clusters, then spares."""
        overrides = self._mapping(self.own.get("nodes"), "x-lab.nodes", empty=True)
        nodes = list(self._nodes())
        declared = [name for name, _, _, _ in nodes]
        for name in overrides:
            if name not in declared:
                near = nearest(name, declared)
                hint = f"did you mean {near}?" if near else f"there are {', '.join(declared)}"
                self._wrong(path("x-lab", "nodes", name), "is no node of the environment", hint)
        for name, where, address, user in nodes:
            own = self._mapping(overrides.get(name), path("x-lab", "nodes", name), empty=True)
            self._known(own, HOST_KEYS, "x-lab", "nodes", name)
            yield self._host(name, where, address, user, own)

    def _nodes(self) -> Iterator[tuple[str, str, Any, str]]:
        """(name, path, address, login user) of what becomes a host."""
        ssh = self._mapping(self.document.get("ssh"), "ssh", empty=True)
        clusters = self._mapping(self.document.get("clusters"), "clusters", empty="spares" in self.own)
        for cluster, declared in clusters.items():
            of_cluster = self._mapping(declared, path("clusters", cluster))
            where = path("clusters", cluster, "nodes")
            for name, value in self._mapping(of_cluster.get("nodes"), where).items():
                node = self._mapping(value, path("clusters", cluster, "nodes", name))
                own = self._mapping(node.get("ssh"), path("clusters", cluster, "nodes", name, "ssh"), empty=True)
                self._port({**ssh, **own}, path("clusters", cluster, "nodes", name, "ssh", "port"))
                user = str({"user": "root", **ssh, **own}["user"])
                yield name, path("clusters", cluster, "nodes", name), node.get("address"), user
        for name, address in self._mapping(self.own.get("spares"), "x-lab.spares", empty=True).items():
            yield name, path("x-lab", "spares", name), address, str(ssh.get("user", "root"))

    def _port(self, ssh: dict[str, Any], where: str) -> None:
        if ssh.get("port", 22) != 22:
            self._wrong(where, f"is {ssh['port']}, but the lab's hosts listen on 22", "leave it out")

    def _host(self, name: str, where: str, address: Any, user: str, own: dict[str, Any]) -> Host:
        spare = where.startswith("x-lab.")
        if not HOST_NAME.fullmatch(name):
            self._wrong(where, "cannot be the name of a host", "small letters, digits and dashes")
        place = where if spare else f"{where}.address"
        merged = {**self.own, **own}
        hardened = self._truth(merged["hardened"], _whose("hardened", name, own))
        self._user(user, hardened, name, where)
        return Host(
            name,
            self._address(address, place),
            user,
            self._suite(merged["suite"], _whose("suite", name, own)),
            self._disk(merged["disk"], _whose("disk", name, own)),
            hardened,
            self._truth(merged["installed"], _whose("installed", name, own)),
        )

    def _user(self, user: str, hardened: bool, name: str, where: str) -> None:
        if user not in USERS:
            self._wrong(f"{where}.ssh.user", f"{user!r} is not on the lab's hosts", "there are root and deploy")
        elif hardened and user == "root":
            hint = "set ssh.user to deploy, or leave x-lab.hardened out"
            self._wrong(f"{where}.ssh.user", "root may not log in to a hardened host", hint)

    def _suite(self, value: Any, where: str) -> str:
        if value not in image.SUITES:
            near = nearest(str(value), image.SUITES)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(image.SUITES)}"
            self._wrong(where, f"{value!r} is no suite that the lab can make", hint)
        return str(value)

    def _disk(self, value: Any, where: str) -> int:
        try:
            size = parse_size(str(value))
        except ValueError as error:
            self._wrong(where, str(error), "write a size such as 4GB")
            return 0
        if not SMALLEST_DISK <= size <= LARGEST_DISK:
            self._wrong(where, f"{value} is not a size for a disk", "anything from 64MB to 16TB; it is sparse")
        return size

    def _truth(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            self._wrong(where, f"{value!r} is neither true nor false", "write true or false")
        return value is True

    def _address(self, value: Any, where: str) -> str:
        """The address, which belongs to the lab's network and is not this machine's own."""
        network = self.network
        hint = f"give it one of {network}" if network else "give it an address of the lab's network"
        if value is None:
            self._wrong(where, "is missing", hint)
            return ""
        try:
            address = IPv4Address(str(value))
        except ValueError:
            self._wrong(where, f"{value!r} is not an IPv4 address", hint)
            return ""
        if network is not None and address not in network:
            self._wrong(where, f"{address} is not in the lab's network {network}", hint)
        elif network is not None and address in (network[0], network[1], network[-1]):
            self._wrong(where, f"{address} is the network's or this machine's own", hint)
        return str(address)

    def _distinct(self, hosts: tuple[Host, ...]) -> None:
        for what, values in (("name", [h.name for h in hosts]), ("address", [h.address for h in hosts])):
            for value in sorted({value for value in values if value and values.count(value) > 1}):
                self._wrong("the lab", f"two hosts have the {what} {value}", f"give each a {what} of its own")

    def _store(self) -> Store | None:
        if "s3" not in self.own:
            return None
        own = self._mapping(self.own["s3"], "x-lab.s3", empty=True)
        self._known(own, STORE_KEYS, "x-lab", "s3")
        gateway = str(self.network[1]) if self.network else ""
        address, bucket = str(own.get("address", gateway)), str(own.get("bucket", "backups"))
        if gateway and address != gateway:
            self._wrong("x-lab.s3.address", f"{address} is not this machine's", f"leave it out, it is {gateway}")
        if not BUCKET.fullmatch(bucket):
            self._wrong("x-lab.s3.bucket", f"{bucket!r} cannot be a bucket", "small letters, digits and dashes")
        return Store(address, bucket, self._key(own, "key"), self._key(own, "secret"))

    def _key(self, own: dict[str, Any], which: str) -> str | None:
        if own.get(which) is None:
            return None
        value = str(own[which])
        if not re.fullmatch(r"[A-Za-z0-9]+", value) or len(value) < SHORTEST_KEY:
            what = f"is not made of {SHORTEST_KEY} or more letters and digits"
            self._wrong(f"x-lab.s3.{which}", what, "leave it out: the lab makes one up")
        return value


def _whose(key: str, host: str, own: dict[str, Any]) -> str:
    """The path of what applies to the host: its own declaration, or everybody's."""
    return path("x-lab", "nodes", host, key) if key in own else path("x-lab", key)
