"""A command on one host while the operation of another runs: also where that one has failed, and has no turn any more.

Only for what must not wait until an operator comes: a report that would be lost, a request that would be granted.
"""

from paramiko import SSHException
from pyinfra.api import Host, StringCommand


def done(host: Host, command: StringCommand) -> bool:
    """Whether it was run, and succeeded; not where the connection has broken."""
    arguments = {"_sudo": host.data.get("_sudo"), **command.connector_arguments}
    try:
        return bool(host.run_shell_command(command, **arguments)[0])
    except (OSError, SSHException):
        return False
