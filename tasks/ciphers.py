"""Whether repositories can be read with the ciphers that are declared. Asked before a file is written: the host's own
pgbackrest.conf may be the last place that has the right one.

pgBackRest itself is asked, on the host, with the configuration that is to come. Only a word comes back.
"""

import re
from collections.abc import Iterator

from pyinfra import state
from pyinfra.api import Host
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS, pop_global_arguments

from fleet import pgbackrest
from fleet.problem import Problem
from fleet.secrets import cipher

from .facts import AnswersFact
from .member import Member
from .shell import script

READ_HERE = re.compile(r"^repo([0-9]+)-path=", re.MULTILINE)


def problems(member: Member, configuration: str) -> Iterator[Problem]:
    """The repositories, of those that this node reads by itself, that were made with another cipher."""
    numbers = sorted(set(READ_HERE.findall(configuration)), key=int)
    said = ask(member.host, member.cluster_name, configuration, numbers) if numbers else {}
    assert member.cluster.backups is not None
    for name, (number, _) in pgbackrest.numbered(member.cluster.backups).items():
        word = said.get(str(number), "")
        if word in ("other", "kept"):
            yield made_with_another(member, name, word == "kept")


def made_with_another(member: Member, name: str, kept: bool = False) -> Problem:
    """The refusal. `kept`: this node's configuration still has the cipher that is needed."""
    assert member.cluster.backups is not None
    where = f"clusters.{member.cluster_name}.backups.repositories.{name}"
    if member.cluster.backups.repositories[name].encryption:
        secret = cipher(member.cluster_name, name)
        what = f"the secret {secret} is not what this repository was made with: none of its backups could be read"
    else:
        what = "it is declared without encryption, and was made with it: none of its backups could be read"
    lies = f"{member.name} has it in {pgbackrest.CONFIGURATION} (cipher-pass)"
    old = lies if kept else f"look in older copies of the secrets, and in {pgbackrest.CONFIGURATION} of other hosts"
    anew = "to begin anew, declare a repository of another path or bucket, and take this one out when it is not needed"
    return Problem(where, what, f"put back what it was made with: {old}; {anew}")


def ask(host: Host, stanza: str, configuration: str, numbers: list[str]) -> dict[str, str]:
    """What the host says of each number. The configuration holds secrets: it goes through standard input."""
    arguments, _ = pop_global_arguments(state, host, {})
    wanted = {key: arguments[key] for key in CONNECTOR_ARGUMENT_KEYS if key in arguments}
    command = script("cipher", stanza, *numbers, stdin=configuration)
    good, output = host.run_shell_command(command, **{**wanted, **command.connector_arguments})
    return AnswersFact().process(output.stdout_lines) if good else {}
