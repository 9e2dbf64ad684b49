"""The life of a whole lab: up, down, as it stands, and gone with all that was kept."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from . import ground, host, image, kernel, keys, network, places, processes, s3
from .lock import locked
from .names import group
from .plan import Host, Lab
from .shell import Trouble, remove_tree

Say = Callable[[str], None]
Thing = TypeVar("Thing")


def up(lab: Lab, say: Say = lambda line: None) -> None:
    """Every host of the lab runs and answers. Goes on from wherever an earlier run broke off."""
    ground.install()
    keys.ours()
    for suite, installed in dict.fromkeys((h.suite, h.installed) for h in lab.hosts):
        image.base(suite, installed)
    with locked(f"lab-{lab.name}"):
        lab.directory.mkdir(parents=True, exist_ok=True)
        _gather()
        kernel.lend()
        network.up(lab)
        if lab.store:
            s3.start(lab)
        _together(lab.hosts, lambda one: _ensure(lab, one, say))
        keys.write_known_hosts(lab)


def _ensure(lab: Lab, one: Host, say: Say) -> None:
    started = host.ensure(lab, one)
    say(f"{one.name} is {'up' if started else 'already up'} ({one.address})")


def _gather() -> None:
    """What the hosts of other labs have fetched so far is good for this one."""
    for lab in places.labs():
        for name in places.hosts(lab):
            host.gather(lab, name)


def down(name: str, say: Say = lambda line: None) -> None:
    """Nothing of the lab is left: needs its name alone, and any state that it was left in will do."""
    with locked(f"lab-{name}"):
        there = places.lab_directory(name).exists()
        _together(places.hosts(name), lambda one: host.remove(name, one))
        processes.remove(group(name))
        network.down(name)
        remove_tree(places.lab_directory(name))
    kernel.give_back()
    say(f"the lab {name} is gone" if there else f"there is no lab {name}")


def reset(lab: Lab, name: str, say: Say = lambda line: None) -> None:
    """The host is blank again, with new keys."""
    one = lab.host(name)
    with locked(f"lab-{lab.name}"):
        if not network.is_up(lab.name):
            raise Trouble(f"the lab {lab.name} is down", "`python -m lab up` first")
        host.remove(lab.name, name)
        _ensure(lab, one, say)
        keys.write_known_hosts(lab)


def purge(say: Say = lambda line: None) -> None:
    """Every lab is down; base images, packages and the key are gone, too."""
    for name in places.labs():
        down(name, say)
    kernel.give_back()
    for kept in places.ROOT.glob("*"):
        remove_tree(kept)
    with suppress(OSError):  # it may be where somebody mounted a disk of their own
        places.ROOT.rmdir()
    say(f"nothing is left in {places.ROOT}")


def status(lab: Lab) -> list[str]:
    """A line a host, and one for the object store."""
    made = set(places.hosts(lab.name))
    lines = [_line(lab, one.name, one.address, one.suite, one.name in made) for one in lab.hosts]
    undeclared = sorted(made - {one.name for one in lab.hosts})
    lines += [f"{name}  is there, but no longer declared" for name in undeclared]
    if lab.store:
        state = "up" if s3.is_up(lab.name) else "down"
        lines.append(f"s3  {state}  https://{lab.store.address}/{lab.store.bucket}")
    return lines


def _line(lab: Lab, name: str, address: str, suite: str, made: bool) -> str:
    state = "up" if host.alive(lab.name, name) else "down" if made else "not made"
    return f"{name}  {state}  {address}  {suite}"


def is_up(lab: Lab) -> bool:
    """Whether every host runs, and the object store if there is to be one."""
    hosts = all(host.alive(lab.name, one.name) for one in lab.hosts)
    return hosts and (lab.store is None or s3.is_up(lab.name))


def _together(things: Iterable[Thing], do: Callable[[Thing], None]) -> None:
    """Does it to all at once; what went wrong is raised when all are done."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        futures = [pool.submit(do, thing) for thing in things]
    for future in futures:
        future.result()
