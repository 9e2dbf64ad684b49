"""A directory of another host as standard input, by way of this machine: hosts have no way into each other."""

from collections.abc import Iterator

from pyinfra import state
from pyinfra.api import Host
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS, pop_global_arguments
from pyinfra.connectors.util import extract_control_arguments, make_unix_command_for_host

from .shell import script
from .upload import Lines

BROKEN = "!"
"""No base64: the other side then knows that what came is not whole."""


class Relay(Lines):
    """The directory as a tar archive, in base64; the host must be one that is connected to by SSH."""

    host: Host
    directory: str

    def __new__(cls, host: Host, directory: str) -> "Relay":
        made = super().__new__(cls)
        made.host, made.directory = host, directory
        return made

    def __iter__(self) -> Iterator[str]:
        arguments, _ = pop_global_arguments(state, self.host, {})
        wanted = {key: arguments[key] for key in CONNECTOR_ARGUMENT_KEYS if key in arguments}
        extract_control_arguments(wanted)
        command = make_unix_command_for_host(state, self.host, script("dump-read", self.directory), **wanted)
        _, said, _ = self.host.connector.client.exec_command(command.get_raw_value())
        yield from said
        if said.channel.recv_exit_status():
            yield BROKEN
