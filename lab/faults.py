"""What can be done to a lab: each a plain function, and a verb of `python -m lab fault`.

Every fault strikes at once and at full strength, and says nothing to its victim. None repairs itself: `heal`
for the network, `start`, `unfill` and `s3_start` for the rest.
"""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

from . import disk, host, names, network, processes, s3
from .plan import Lab
from .shell import Trouble

RATE = re.compile(r"([0-9]+)([kmg]?)bit")
UNITS = ("service", "socket", "timer", "scope", "slice", "mount")


def power_cut(lab: Lab, node: str) -> None:
    """The node is off. What its data disk had not synced is lost; its root filesystem keeps all."""
    _known(lab, node)
    host.stop(lab.name, node)


def start(lab: Lab, node: str) -> None:
    """The node is on again and answers, if it is not cut off."""
    one = lab.host(node)
    host.require(lab.name, node)
    if not host.alive(lab.name, node):
        host.boot(lab, one)
        host.await_answer(lab, one)


def kill(lab: Lab, node: str, service: str) -> int:
    """kill -9 for all processes of the services that match, such as `postgresql@*`; how many there were.

    All at once: no process sees another die, and none is born meanwhile. systemd then does what the unit says.
    """
    groups = [unit for unit in _units(lab, node) if fnmatch(Path(unit).name, _unit(service))]
    victims = [pid for group in groups for pid in processes.running(group)]
    if not victims:
        raise Trouble(f"nothing of {service} runs on {node}", f"`python -m lab ssh {node} systemctl` lists what does")
    for group in groups:
        processes.kill(group)
    return len(victims)


def cut(lab: Lab, here: str, there: str) -> None:
    """Nothing passes between two nodes; both still reach the others, and this machine both."""
    _known(lab, here, there)
    network.cut(lab.name, here, there)


def isolate(lab: Lab, node: str) -> None:
    """Nothing passes to or from the node, this machine included; `inside` still runs commands there."""
    _known(lab, node)
    network.isolate(lab.name, node)


def heal(lab: Lab) -> None:
    """The network is whole and fast again."""
    network.heal(lab.name)
    for one in lab.hosts:
        if host.alive(lab.name, one.name):
            network.full_speed(lab.name, one.name, host.inside(lab.name, one.name))


def slow(lab: Lab, node: str, rate: str) -> None:
    """The node's cable carries no more than `rate`, such as 10mbit, in each direction; until it is off or healed."""
    _known(lab, node)
    network.slow(lab.name, node, _bits(rate), host.inside(lab.name, node))


def fill(lab: Lab, node: str) -> None:
    """Not a block is left on the node's data disk."""
    disk.fill(_data(lab, node))


def unfill(lab: Lab, node: str) -> None:
    """The space that `fill` took is free again."""
    disk.unfill(_data(lab, node))


def s3_stop(lab: Lab) -> None:
    """The object store is dead, in the middle of whatever it did."""
    s3.stop(lab.name)


def s3_start(lab: Lab) -> None:
    """The object store answers again, with what it held."""
    s3.start(lab)


def s3_errors(lab: Lab) -> None:
    """The object store is up, and answers every request with an error of its own, until `s3_stop` and `s3_start`."""
    s3.fail(lab)


def inside(lab: Lab, node: str, *command: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs a command as root on the node without its network: the way in when the node is cut off."""
    prefix = host.inside(lab.name, lab.host(node).name)
    return subprocess.run([*prefix, *command], input=stdin, capture_output=True, text=True, check=False)


def _bits(rate: str) -> int:
    """Bits a second of a rate as people write it."""
    match = RATE.fullmatch(rate)
    if match is None or not int(match[1]):
        raise Trouble(f"{rate!r} is not a rate", "write one such as 10mbit or 500kbit")
    return int(match[1]) * {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}[match[2]]


def _known(lab: Lab, *nodes: str) -> None:
    for node in nodes:
        host.require(lab.name, lab.host(node).name)


def _data(lab: Lab, node: str) -> Path:
    return host.Site(lab.name, lab.host(node).name).seen / "data"


def _unit(service: str) -> str:
    return service if service.rpartition(".")[2] in UNITS else f"{service}.service"


def _units(lab: Lab, node: str) -> list[str]:
    """The control groups of the units that run on the node."""
    top = names.group(lab.name, "hosts", lab.host(node).name, "payload")
    return processes.below(top)
