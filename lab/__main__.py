"""`python -m lab`: what a person types. Exit codes: 0 done, 1 refused or failed, 2 there can be no lab here."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fleet.problem import Refused

from . import faults, host, life, plan
from .ground import ANYWHERE, availability, install
from .keys import login
from .plan import Lab
from .shell import Trouble

FAULTS: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {
    "power-cut": (faults.power_cut, ("node",)),
    "start": (faults.start, ("node",)),
    "kill": (faults.kill, ("node", "service")),
    "cut": (faults.cut, ("here", "there")),
    "isolate": (faults.isolate, ("node",)),
    "heal": (faults.heal, ()),
    "slow": (faults.slow, ("node", "rate")),
    "fill": (faults.fill, ("node",)),
    "unfill": (faults.unfill, ("node",)),
    "s3-stop": (faults.s3_stop, ()),
    "s3-start": (faults.s3_start, ()),
    "s3-errors": (faults.s3_errors, ()),
}


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    reason = availability()
    if reason:
        return complain(reason, ANYWHERE, 2)
    try:
        return int(options.verb(options) or 0)
    except Refused as refused:
        print(refused, file=sys.stderr)
    except Trouble as trouble:
        return complain(trouble.what, trouble.hint, 1)
    except OSError as error:
        return complain(str(error), "is the disk full, or the lab's directory not ours?", 1)
    except KeyboardInterrupt:
        return complain("interrupted", "the next up or down goes on from here", 130)
    return 1


def complain(what: str, hint: str, code: int) -> int:
    print(f"{what}\n    HINT: {hint}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m lab", description="Throw-away Debian hosts on this machine.")
    whole.add_argument("--environment", type=Path, default=Path("inventories/lab.yml"), metavar="FILE")
    whole.add_argument("--name", help="what the lab is called, if not as the file")
    verbs = whole.add_subparsers(required=True, metavar="VERB")
    add(verbs, "up", up, "every host runs and answers; goes on from wherever an earlier up broke off")
    add(verbs, "down", down, "nothing of the lab is left; base images and packages are kept")
    add(verbs, "status", status, "what runs")
    add(verbs, "reset", reset, "one host is blank again", "node")
    add(verbs, "ssh", ssh, "a shell or a command on a host", "node", "command*")
    add(verbs, "enter", enter, "the same as root and not by the network", "node", "command*")
    add(verbs, "show", show, "what a deployed lab has become, with a psql line that works")
    add(verbs, "bench", measure, "how long a run takes that changes nothing, beside the floor of this machine")
    add(
        verbs,
        "bench-growth",
        measure_growth,
        "what a deploy costs by the number of hosts, and what the first one costs",
    )
    add(verbs, "bench-restores", measure_restores, "what a backup and a restore of 2 GB cost, on a host of its own")
    add(verbs, "setup", lambda _: install(), "what the lab needs is installed on this machine; up does this, too")
    add(verbs, "purge", lambda _: life.purge(tell), "every lab is gone, with base images, packages and keys")
    fault_parser(verbs)
    return whole


def fault_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = verbs.add_parser("fault", help="something goes wrong: fault --help lists what can")
    kinds = one.add_subparsers(required=True, metavar="FAULT")
    for name, (fault, positional) in FAULTS.items():
        add(kinds, name, partial(strike, fault, positional), (fault.__doc__ or "").splitlines()[0], *positional)


def strike(fault: Callable[..., object], positional: tuple[str, ...], options: argparse.Namespace) -> None:
    fault(declared(options), *(getattr(options, argument) for argument in positional))


def add(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    verb: Callable[[argparse.Namespace], int | None],
    meaning: str,
    *positional: str,
) -> None:
    one = verbs.add_parser(name, help=meaning, description=meaning)
    for argument in positional:
        one.add_argument(argument.rstrip("*"), nargs=argparse.REMAINDER if argument.endswith("*") else None)
    one.set_defaults(verb=verb)


def tell(line: str) -> None:
    print(line, flush=True)


def declared(options: argparse.Namespace) -> Lab:
    return plan.read(options.environment, options.name)


def up(options: argparse.Namespace) -> None:
    life.up(declared(options), tell)


def down(options: argparse.Namespace) -> None:
    """Needs no more than the name: the file may be gone or wrong by now."""
    life.down(plan.lab_name(options.environment, options.name), tell)


def status(options: argparse.Namespace) -> int:
    lab = declared(options)
    for line in life.status(lab):
        tell(line)
    return 0 if life.is_up(lab) else 1


def show(options: argparse.Namespace) -> None:
    from .tour import show as tell_of  # pyinfra's own weight, for the verbs that need it

    tell_of(declared(options), tell)


def measure(options: argparse.Namespace) -> None:
    from .bench import bench  # likewise

    bench(declared(options), tell)


def measure_growth(options: argparse.Namespace) -> None:
    from .bench_growth import bench_growth

    bench_growth(tell)


def measure_restores(options: argparse.Namespace) -> None:
    from .bench_restores import bench_restores

    bench_restores(tell)


def reset(options: argparse.Namespace) -> None:
    life.reset(declared(options), options.node, tell)


def ssh(options: argparse.Namespace) -> int:
    command = login(declared(options), options.node)
    if not options.command and os.isatty(0):
        command.insert(1, "-t")
    return subprocess.run([*command, *options.command], check=False).returncode


def enter(options: argparse.Namespace) -> int:
    lab = declared(options)
    prefix = host.inside(lab.name, lab.host(options.node).name)
    return subprocess.run([*prefix, *(options.command or ["bash"])], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
