"""From an environment's YAML to pyinfra's hosts: the one function that the files in `inventories/` call."""

import socket
import sys
from typing import Any

import paramiko

from fleet.environment import Environment, Ssh
from fleet.problem import Refused

from .environment import local
from .member import declared

Groups = dict[str, list[tuple[str, dict[str, Any]]]]


def load(inventory: str) -> Groups:
    """The groups of `<inventory>.yml`: one a duty and one a cluster; says every problem and exits 1 if it is bad."""
    source = f"{inventory}.yml"
    try:
        return groups(declared(source), source)
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(1) from None


def groups(environment: Environment, source: str) -> Groups:
    found: Groups = {}
    for name, cluster in environment.clusters.items():
        for node_name, node in cluster.nodes.items():
            host = (node_name, data(environment, source, name, node_name))
            found.setdefault(node.duty, []).append(host)
            found.setdefault(name, []).append(host)
    return found


def data(environment: Environment, source: str, cluster: str, name: str) -> dict[str, Any]:
    """A host's data: names that lead back to the environment, and how to reach it. Never a secret: it is printed."""
    node, ssh = environment.node(name), environment.ssh_to(name)
    return {
        "environment": source,
        "cluster": cluster,
        "node": name,
        "duty": node.duty,
        "ssh_hostname": str(node.address),
        "_sudo": ssh.user != "root",
        **connection(ssh, source),
    }


def connection(ssh: Ssh, source: str) -> dict[str, Any]:
    """pyinfra's names for the declared options; relative paths begin in the project."""
    options = {
        "ssh_user": ssh.user,
        "ssh_port": ssh.port,
        "ssh_key": ssh.key and str(local(source, ssh.key)),
        "ssh_known_hosts_file": ssh.known_hosts and str(local(source, ssh.known_hosts)),
        "ssh_strict_host_key_checking": "yes" if ssh.known_hosts else "accept-new",
        "ssh_config_file": ssh.config and str(local(source, ssh.config)),
        "ssh_paramiko_connect_kwargs": {"transport_factory": no_delay},
    }
    return {name: value for name, value in options.items() if value is not None}


def no_delay(sock: Any, *args: Any, **kwargs: Any) -> paramiko.Transport:
    """An SSH transport without Nagle's algorithm, which costs 40 ms a command on a LAN."""
    if hasattr(sock, "setsockopt"):  # through a jump host it is a channel
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return paramiko.Transport(sock, *args, **kwargs)
