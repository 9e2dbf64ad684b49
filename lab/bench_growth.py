"""What a deploy costs by the number of hosts, and what the first one costs, each beside its floor in the same round.

The floors: connections and a command to the same hosts; `apt-get install` of the same packages on the same blank hosts.
Rounds take turns, so that a noisy minute hits both; medians are said. Nothing is asserted.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import yaml

from fleet import environment, packages
from tasks.shell import text

from . import bench, keys, life, places
from .plan import Lab, read
from .shell import Trouble

FOLDER = Path(__file__).parent.parent / "build" / "bench"
INVENTORY = "from tasks.inventory import load as _load\n\nglobals().update(_load(__file__))\n"
SIZES = (1, 3, 6, 12, 24)
ROUNDS = 3
STORE = {"bucket": "backups", "key": "labaccesskey00000001", "secret": "labsecretkey0000000000000001"}
SMALL = {"memory": "1GB"}


def bench_growth(say: Callable[[str], None]) -> None:
    """Brings up what is measured, and takes it down."""
    grown(say)
    everything(say)


# --- by the number of hosts


def grown(say: Callable[[str], None]) -> None:
    """A deploy that changes nothing, of 1 to 24 hosts: clusters of three plain nodes."""
    lab = described("growth", {f"c{number}": trio(number) for number in range(max(SIZES) // 3)}, 2)
    with Standing(lab):
        deploy(lab)
        names = [one.name for one in lab.hosts]
        for size in SIZES:
            chosen = names[:size]
            ours, floor = medians(partial(deploy, lab, chosen), partial(connect, lab, chosen))
            beside = f"{floor:5.2f} s  the floor: {ours / floor:4.1f} ×"
            say(f"{ours:6.2f} s  a deploy that changes nothing, {size:2} hosts; {beside}")


def trio(number: int) -> dict[str, object]:
    duties = ("primary", "standby", "standby")
    nodes = {
        f"g{number}{letter}": {"address": f"198.18.2.{10 + 3 * number + at}", "duty": duty, "hardware": SMALL}
        for at, (letter, duty) in enumerate(zip("abc", duties, strict=True))
    }
    return {"postgresql": 17, "connections": 40, "nodes": nodes}


def connect(lab: Lab, names: list[str]) -> None:
    """A connection and a command to each, side by side, and a Python that has pyinfra."""
    subprocess.run([sys.executable, "-m", "pyinfra", "--version"], check=True, capture_output=True)
    hosts = [lab.host(name) for name in names]
    with ThreadPoolExecutor(len(hosts)) as pool:
        list(pool.map(lambda one: bench.ask(one.address, one.user, str(lab.directory / "known_hosts"), 1), hosts))


# --- the first


def everything(say: Callable[[str], None]) -> None:
    """The first deploy of four blank hosts, with a repository, a bucket, dumps and migrations; and runs after it."""
    lab = described("everything", {"shop": shop()}, 3, {"s3": STORE, "installed": False})
    with Standing(lab):
        apt = timed(partial(install, lab))  # first, so that nobody has to fetch what the other has fetched
        for one in lab.hosts:
            life.reset(lab, one.name)
        keys.write_known_hosts(lab)
        first = timed(partial(deploy, lab))
        again, floor = medians(partial(deploy, lab), partial(connect, lab, [one.name for one in lab.hosts]))
    say(f"{first:6.1f} s  the first deploy of 4 blank hosts, with everything")
    say(f"{apt:6.1f} s  apt-get install of its packages alone: {first / apt:4.2f} ×")
    say(f"{again:6.2f} s  the next one, which changes nothing; {floor:5.2f} s  the floor: {again / floor:4.1f} ×")


def shop() -> dict[str, object]:
    """A cluster with all that a deploy can do."""
    duties = {"e1": "primary", "e2": "standby", "e3": "standby", "e4": "repository"}
    nodes: dict[str, dict[str, object]] = {
        name: {"address": f"198.18.3.{10 + at}", "duty": duty} for at, (name, duty) in enumerate(duties.items())
    }
    for name in ("e1", "e2", "e3"):
        nodes[name]["hardware"] = SMALL
    store = {
        "endpoint": "s3",
        "path_style": True,
        "bucket": STORE["bucket"],
        "authority": str(directory("everything") / "s3/ca.pem"),
    }
    migrations = {"folder": str(FOLDER.parent.parent / "migrations/rustylinks")}
    return {
        "postgresql": 17,
        "connections": 40,
        "nodes": nodes,
        "roles": {"shop": {}, "shop_app": {"login": True}},
        "databases": {"shop": {"owner": "shop", "grants": {"shop_app": "write"}, "migrations": migrations}},
        "backups": {"repositories": {"near": {"host": "e4"}, "far": {"s3": store}}},
        "dumps": {"reserve": "100MB"},
    }


def install(lab: Lab) -> None:
    """The packages of each host, by the command that a deploy has for them."""
    cluster = environment.load(lab.environment.read_text(encoding="utf-8"), str(lab.environment)).clusters["shop"]
    script = text("sh/install.sh")

    def one(name: str, duty: str) -> None:
        wanted = packages.needed(cluster, duty)
        done = subprocess.run(
            [*keys.login(lab, name), "sh", "-s", *wanted], input=script, text=True, capture_output=True
        )
        if done.returncode:
            raise Trouble(f"apt on {name}: {done.stderr[-400:]}", "run it by hand")

    with ThreadPoolExecutor(len(cluster.nodes)) as pool:
        list(pool.map(lambda name: one(name, cluster.nodes[name].duty), cluster.nodes))


# --- what both need


class Standing:
    """A lab that is up for as long as this lasts."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def __enter__(self) -> None:
        life.up(self.lab)

    def __exit__(self, *_: object) -> None:
        life.down(self.lab.name)


def directory(name: str) -> Path:
    return places.lab_directory(f"bench-{name}")


def described(name: str, clusters: dict[str, object], network: int, more: dict[str, object] | None = None) -> Lab:
    """A lab with an environment of its own below `build/`, and its secrets."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file, secrets = FOLDER / f"bench-{name}.yml", FOLDER / f"{name}.secrets.yml"
    known = {f"shop/far/s3_{key}": STORE[key] for key in ("key", "secret") if more}
    secrets.touch(mode=0o600)
    secrets.write_text(yaml.safe_dump(known) if known else "", encoding="utf-8")
    ssh = {"user": "root", "key": str(places.KEY), "known_hosts": str(directory(name) / "known_hosts")}
    whole = {
        "purpose": "development",
        "secrets": {"from": "file", "path": str(secrets)},
        "ssh": ssh,
        "clusters": clusters,
        "x-lab": {
            "network": f"198.18.{network}.0/24",
            "suite": "trixie",
            "disk": "3GB",
            "installed": True,
            **(more or {}),
        },
    }
    file.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    file.with_suffix("").write_text(INVENTORY, encoding="utf-8")
    run("tasks.secrets", str(file))
    return read(file)


def deploy(lab: Lab, names: list[str] | None = None) -> None:
    limit = [word for name in names or [] for word in ("--limit", name)]
    run("pyinfra", "-y", str(lab.environment.with_suffix("")), *limit, "deploy.py")


def run(module: str, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{module} {' '.join(words)}: {(done.stdout + done.stderr)[-600:]}", "run it by hand")


def medians(*acts: Callable[[], object]) -> list[float]:
    """Of rounds in which each comes once, after one that is not counted."""
    for act in acts:
        act()
    rounds = [[timed(act) for act in acts] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before
