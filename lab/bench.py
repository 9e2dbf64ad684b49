"""How long a run takes that changes nothing, beside the floor: bare SSH round trips to the same hosts."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import paramiko

from tasks.inventory import no_delay

from . import places
from .plan import Lab
from .shell import Trouble

ROUNDS = 5
COMMANDS = 12  # about what a standby is asked in a run that changes nothing


def bench(lab: Lab, say: Callable[[str], None]) -> None:
    """Prints medians in seconds and their ratios; asserts nothing, machines are noisy."""
    inventory = str(lab.environment.with_suffix(""))
    pyinfra = (sys.executable, "-m", "pyinfra")
    figures = {
        "pyinfra starts (--version)": median(lambda: run(*pyinfra, "--version")),
        f"floor: connect to {len(lab.hosts)} hosts, {COMMANDS} commands each": median(lambda: floor(lab)),
        "deploy that changes nothing (-y)": median(lambda: run(*pyinfra, "-y", inventory, "deploy.py")),
        "plan that finds nothing (--dry)": median(lambda: run(*pyinfra, "--dry", inventory, "deploy.py")),
    }
    start, least, deploy, _ = figures.values()
    for name, seconds in figures.items():
        say(f"{seconds:6.2f} s  {name}")
    say(f"{deploy / (start + least):6.1f} ×  the deploy beside pyinfra's start and the floor together")


def median(act: Callable[[], object]) -> float:
    def once() -> float:
        before = time.perf_counter()
        act()
        return time.perf_counter() - before

    return statistics.median(once() for _ in range(ROUNDS))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{' '.join(command[2:])} failed", "`make lab` first")


def floor(lab: Lab) -> None:
    """What no deploy can be faster than: the connections and the round trips alone."""
    with ThreadPoolExecutor(len(lab.hosts)) as pool:
        list(pool.map(lambda host: ask(host.address, host.user, str(lab.directory / "known_hosts")), lab.hosts))


def ask(address: str, user: str, known_hosts: str, commands: int = COMMANDS) -> None:
    client = paramiko.SSHClient()
    client.load_host_keys(known_hosts)
    client.connect(address, username=user, key_filename=str(places.KEY), transport_factory=no_delay)
    for _ in range(commands):
        client.exec_command("true")[1].channel.recv_exit_status()
    client.close()
