"""`make secrets environment=prod`: what is missing is generated; what is there is kept.

    python -m tasks.secrets inventories/prod.yml               generate, or say how to store what is missing
    python -m tasks.secrets inventories/prod.yml --new NAME    a new value on standard output, for a pipe

Exit code 0 when nothing is missing any more, 1 otherwise. No secret is ever shown on a terminal.
"""

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from shlex import join, quote

from fleet.environment import Environment
from fleet.problem import Problem, Refused
from fleet.secrets import can_generate, ciphers, required, variable

from ..environment import read
from . import Secrets
from .files import alone
from .generate import generated
from .providers import Command, Kept, Variables

USAGE = "usage: python -m tasks.secrets ENVIRONMENT_FILE [--new NAME]"


def main(arguments: list[str]) -> int:
    """Runs one verb and returns its exit code."""
    try:
        match arguments:
            case [source]:
                return supplied(read(source), source)
            case [source, "--new", name]:
                return printed(read(source), source, name)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(USAGE, file=sys.stderr)
    return 1


def supplied(environment: Environment, source: str) -> int:
    """Generates what is missing where that can be written, and says what is left to do."""
    secrets = Secrets(environment, source)
    if isinstance(secrets.provider, Kept):
        write(secrets, secrets.provider)
    problems = secrets.problems()
    if not problems:
        print(f"{source}: all {len(secrets.names)} secrets are there")
        return 0
    lines = advice(secrets)
    for line in lines:
        print(line)
    if lines:
        warn(secrets, secrets.missing())
    raise Refused(source, [replace(one, hint="run the commands above") if lines else one for one in problems])


def write(secrets: Secrets, place: Kept) -> None:
    """Adds a value for each secret that has none in the file, all in one step."""
    name = Path(secrets.source).stem
    with alone(place.path):
        there = place.values().keys()
        new = {one: generated(one, name) for one in secrets.names if one not in there and can_generate(one)}
        if new:
            place.add(new)
            print(f"{place.path}: generated {', '.join(new)}")
            warn(secrets, new)
    unused = sorted(there - set(secrets.names))
    if unused:
        print(f"{place.path}: kept, though nothing needs them: {', '.join(unused)}")


def warn(secrets: Secrets, names: Collection[str]) -> None:
    """A new cipher opens no repository that is there already; nobody here can see whether one is."""
    for name in ciphers(secrets.environment):
        if name in names:
            print(f"{name} is for a new repository: one that exists opens with its old cipher alone, so put that back")


def advice(secrets: Secrets) -> list[str]:
    """The commands that store a new value for each missing secret, without ever showing it."""
    new = f"{python()} -m tasks.secrets {quote(secrets.source)} --new"
    lines = []
    for name in filter(can_generate, secrets.missing()):
        match secrets.provider:
            case Variables(prefix=prefix):
                lines.append(f'export {variable(name, prefix)}="$({new} {quote(name)})"')
            case Command() as command:
                lines.append(f"{new} {quote(name)} | {storing(command.argv(name))}")
    return lines


def python() -> str:
    """The interpreter, as it is called from here."""
    here, found = Path.cwd(), Path(sys.executable)
    return quote(str(found.relative_to(here) if found.is_relative_to(here) else found))


def storing(argv: list[str]) -> str:
    """The command that stores standard input where `argv` will look for it, as far as that is known."""
    match argv:
        case ["pass" | "gopass" as program, "show", *options] | ["pass" | "gopass" as program, *options]:
            return join([program, "insert", "--multiline", options[-1]])
    return f"(store it where `{join(argv)}` finds it)"


def printed(environment: Environment, source: str, name: str) -> int:
    """Writes a new value to standard output; into a pipe only."""
    names = [one for one in required(environment) if can_generate(one)]
    if name not in names:
        hint = f"those are {', '.join(names)}"
        raise Refused(source, [Problem(name, "is no secret that can be generated", hint)])
    if sys.stdout.isatty():
        hint = "pipe it into the program that stores it"
        raise Refused(source, [Problem(name, "is not shown on a terminal", hint)])
    print(generated(name, Path(source).stem).reveal().rstrip("\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
