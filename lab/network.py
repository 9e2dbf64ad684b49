"""One bridge a lab, its way out, and what is cut or slowed in it."""

import re
from ipaddress import IPv4Interface
from itertools import permutations
from pathlib import Path

from . import names
from .plan import Lab
from .shell import Trouble, attempt, run

SMALLEST_BURST = 32 << 10  # bytes
TICKS = 100  # a second: a burst has to last from one tick of the slowest kernel to the next
SYSTEMD_RESOLVED = Path("/run/systemd/resolve/resolv.conf")


def up(lab: Lab) -> None:
    """The bridge has its address and leads to the world; safe to call again."""
    if attempt("ip", "link", "show", "dev", lab.bridge).returncode:
        _unclaimed(lab)
        run("ip", "link", "add", lab.bridge, "address", _hardware_address(lab), "type", "bridge")
    run("ip", "address", "replace", f"{lab.gateway}/{lab.network.prefixlen}", "dev", lab.bridge)
    run("ip", "link", "set", lab.bridge, "up")
    run("nft", "-f", "-", stdin=_way_out(lab))


def down(lab: str) -> None:
    """Nothing of the lab's network is left."""
    attempt("nft", "delete", "table", "ip", names.table(lab))
    heal(lab)
    for interface in _interfaces(names.bridge(lab)):
        attempt("ip", "link", "delete", interface)
    attempt("ip", "link", "delete", names.bridge(lab))


def unplug(lab: str, host: str) -> None:
    """A dead host's cable goes now; the kernel would take its time."""
    attempt("ip", "link", "delete", names.interface(lab, host))


def is_up(lab: str) -> bool:
    return not attempt("ip", "link", "show", "dev", names.bridge(lab), "up").returncode


def _unclaimed(lab: Lab) -> None:
    """Refuses a network of which this machine already has an address, a second lab's perhaps."""
    shown = run("ip", "-oneline", "-4", "address", "show")
    for interface, address in re.findall(r"^\d+: (\S+)\s+inet (\S+)", shown, re.MULTILINE):
        if IPv4Interface(address).network.overlaps(lab.network):
            what = f"{lab.network} is already that of {interface} ({address})"
            raise Trouble(what, "choose another x-lab.network, or take that lab down")


def _hardware_address(lab: Lab) -> str:
    """Fixed, or the bridge would take one of its ports' and change it when that host dies."""
    return "02:" + ":".join(f"{byte:02x}" for byte in (0x70, *lab.network[1].packed))


def _way_out(lab: Lab) -> str:
    table = f"table ip {names.table(lab.name)}"
    return f"""{table}
delete {table}
{table} {{
    chain out {{
        type nat hook postrouting priority srcnat;
        ip saddr {lab.network} ip daddr != {lab.network} masquerade
    }}
}}
"""


def cut(lab: str, here: str, there: str) -> None:
    """Nothing passes between two hosts, in either direction."""
    ends = [names.interface(lab, host) for host in (here, there)]
    _drop(lab, [f'forward iifname "{a}" oifname "{b}"' for a, b in permutations(ends)])


def isolate(lab: str, host: str) -> None:
    """Nothing passes to or from the host: not to others, not to the object store, not to this machine."""
    end = names.interface(lab, host)
    _drop(
        lab,
        [f'forward iifname "{end}"', f'forward oifname "{end}"', f'input iifname "{end}"', f'output oifname "{end}"'],
    )


def is_isolated(lab: str, host: str) -> bool:
    """Whether this machine cannot reach the host."""
    rules = attempt("nft", "list", "chain", "bridge", names.table(lab), "input").stdout
    return f'iifname "{names.interface(lab, host)}" drop' in rules


def heal(lab: str) -> None:
    """All that was cut is whole again."""
    attempt("nft", "delete", "table", "bridge", names.table(lab))


def slow(lab: str, host: str, rate: int, inside: list[str]) -> None:
    """No more bits a second in each direction: towards the host at our end of the cable, away from it at its own."""
    burst = max(SMALLEST_BURST, rate // 8 // TICKS)
    limit = ["root", "tbf", "rate", f"{rate}bit", "burst", f"{burst}b", "latency", "400ms"]
    run("tc", "qdisc", "replace", "dev", names.interface(lab, host), *limit)
    run(*_of_host(inside), "tc", "qdisc", "replace", "dev", "host0", *limit)


def full_speed(lab: str, host: str, inside: list[str]) -> None:
    attempt("tc", "qdisc", "delete", "dev", names.interface(lab, host), "root")
    attempt(*_of_host(inside), "tc", "qdisc", "delete", "dev", "host0", "root")


def _of_host(inside: list[str]) -> list[str]:
    """The host's network with this machine's programs: the host need not have tc."""
    return [*inside[:3], "--net"]


def _drop(lab: str, rules: list[str]) -> None:
    table = names.table(lab)
    hooks = [
        f"add chain bridge {table} {hook} {{ type filter hook {hook} priority 0; }}"
        for hook in ("forward", "input", "output")
    ]
    drops = [f"add rule bridge {table} {rule} drop" for rule in rules]
    run("nft", "-f", "-", stdin="\n".join([f"add table bridge {table}", *hooks, *drops, ""]))


def _interfaces(bridge: str) -> list[str]:
    """The cables that are plugged into the bridge."""
    ports = Path("/sys/class/net") / bridge / "brif"
    return [port.name for port in ports.iterdir()] if ports.is_dir() else []


def resolver() -> str:
    """What the hosts resolve names with: as this machine, by a server that can be reached from beyond it."""
    text = Path("/etc/resolv.conf").read_text()
    if re.search(r"^nameserver\s+127\.", text, re.MULTILINE) and SYSTEMD_RESOLVED.exists():
        return SYSTEMD_RESOLVED.read_text()
    return text
