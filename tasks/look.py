"""A look at every host of an inventory at once, over pyinfra's own connections: what each answers, or why it does not.

It reads; nothing is written on any host, and one that cannot be reached keeps none of the others from answering.
"""

import logging
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from gevent import Timeout, get_hub
from pyinfra.api import Config, Host, Inventory, State
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS, pop_global_arguments
from pyinfra.api.exceptions import ConnectError, NoGroupError
from pyinfra.connectors import util
from pyinfra.context import ctx_config, ctx_host, ctx_inventory, ctx_state
from pyinfra_cli.inventory import make_inventory_from_files

from fleet.environment import Cluster
from fleet.problem import Problem, Refused
from fleet.status import Answer, answer, unreachable

from .environment import read
from .facts import AnswersFact
from .shell import script

PATIENCE = 30  # seconds that a steward may take: pgBackRest waits long for a repository that is away
CONNECTING = 10  # seconds until a host that says nothing is given up
PATIENCE_IN_ALL = 60  # seconds for a host, with its SSH server's own pauses
NAMED = {"environment", "cluster", "node"}  # in the data of every host that the environment's file names
ERRNO = re.compile(r"\[Errno \w+\] ?")


@dataclass(frozen=True)
class Looked:
    """The declared clusters of an inventory, and what the nodes that were asked answered; `more`: the lines of what
    they were asked besides."""

    clusters: dict[str, Cluster]
    answers: dict[str, Answer]
    more: dict[str, list[str]] = field(default_factory=dict)


def look(inventory: str, limits: Iterable[str] = (), more: str = "") -> Looked:
    """Asks every node, or those in a group or of a name of `limits`; raises `Refused` where there is none to ask.

    `more`: a script of `templates/sh` that is run there besides, with the cluster's name.
    """
    silence()
    state = State(check_for_changes=False)
    state.cwd = str(Path.cwd())
    config = Config(CONNECT_TIMEOUT=CONNECTING)
    with ctx_state.use(state), ctx_config.use(config):
        hosts = load(inventory, state.cwd)
        with ctx_inventory.use(hosts):
            asked = limited(hosts, list(limits))
            state.init(hosts, config, initial_limit=asked)
            answers = list(state.pool.imap_unordered(partial(ask, state, more), asked))
            besides = {host.data.node: lines for host, _, lines in answers}
            return Looked(declared(asked), {host.data.node: found for host, found, _ in answers}, besides)


def silence() -> None:
    """pyinfra and paramiko say nothing: what matters of it becomes a finding. Nor is anybody asked for a password."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    get_hub().exception_stream = None
    util.getpass = unasked


def unasked(prompt: str) -> str:
    """In place of the question for sudo's password, for which pyinfra would also leave a file on the host."""
    raise EOFError(prompt)


def load(path: str, directory: str) -> Inventory:
    """The inventory as pyinfra's command line reads it."""
    if not Path(path).is_file():
        known = ", ".join(sorted(one.stem for one in Path("inventories").glob("*.yml"))) or "none"
        raise Refused(path, [Problem("the inventory", "does not exist", f"known environments are {known}")])
    try:
        return make_inventory_from_files(path, cwd=directory)
    except Exception as error:
        reason = f"cannot be read: {getattr(error, 'exception', error)}"
        raise Refused(path, [Problem("the inventory", reason, "the example's is three lines of Python")]) from None


def limited(hosts: Inventory, limits: list[str]) -> list[Host]:
    """The hosts that are to be asked, in the inventory's order."""
    known = [host for host in hosts if set(host.data.dict()) >= NAMED]
    chosen = {host.name for pattern in limits for host in matching(hosts, pattern)}
    asked = [host for host in known if not limits or host.name in chosen]
    if not asked:
        what = f"{', '.join(limits)} matches no host" if limits else "it holds no node"
        hint = "does the limit name a node, a cluster or a duty of the environment?"
        raise Refused("the inventory", [Problem("limit" if limits else "hosts", what, hint)])
    return asked


def matching(hosts: Inventory, pattern: str) -> list[Host]:
    """The hosts of a group, or whose names are like the pattern."""
    try:
        found: list[Host] = list(hosts.get_group(pattern))
    except NoGroupError:
        found = [host for host in hosts if fnmatch(host.name, pattern) or fnmatch(str(host.data.get("node")), pattern)]
    return found


def declared(hosts: Iterable[Host]) -> dict[str, Cluster]:
    """The clusters of the environments that the hosts come from."""
    sources = dict.fromkeys(host.data.environment for host in hosts)
    return {name: cluster for source in sources for name, cluster in read(source).clusters.items()}


def ask(state: State, more: str, host: Host) -> tuple[Host, Answer, list[str]]:
    """What the host answers within its time."""
    late = Timeout(PATIENCE_IN_ALL)
    late.start()
    try:
        with ctx_state.use(state), ctx_host.use(host):
            host.connect(show_errors=False, raise_exceptions=True)
            return host, said(state, host), besides(state, host, more) if more else []
    except Timeout:
        return host, unreachable(f"not within {PATIENCE_IN_ALL} s"), []
    except EOFError:
        return host, unreachable("sudo asks for a password there, and has to do without"), []
    except Exception as error:
        return host, unreachable(reason(error)), []
    finally:
        late.close()


def said(state: State, host: Host) -> Answer:
    """The answer of its steward."""
    good, output = run(state, host, "status", host.data.cluster, str(PATIENCE))
    if not good:
        return unreachable(output.stderr.strip().partition("\n")[0] or "the look failed there without a word")
    return answer(AnswersFact().process(output.stdout_lines))


def besides(state: State, host: Host, name: str) -> list[str]:
    """The lines of another script; none where it failed."""
    good, output = run(state, host, name, host.data.cluster)
    return list(output.stdout_lines) if good else []


def run(state: State, host: Host, name: str, *words: str) -> tuple[bool, Any]:
    """A script of ours on the host, run as a deploy runs commands there."""
    arguments, _ = pop_global_arguments(state, host, {})
    wanted = {key: arguments[key] for key in CONNECTOR_ARGUMENT_KEYS if key in arguments}
    return host.run_shell_command(script(name, *words), **wanted)


def reason(error: Exception) -> str:
    """An exception in a line, without the numbers that mean nothing to people."""
    text = str(error.args[0] if isinstance(error, ConnectError) and error.args else error)
    line = " ".join(ERRNO.sub("", text).split()) or type(error).__name__
    return line if line[:2].isupper() else line[0].lower() + line[1:]
