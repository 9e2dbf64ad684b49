"""The environment of a drill `disaster`: the declared cluster on its spare hosts, with one repository, only read.

What belongs to the place of production (ports of SSH servers, addresses to listen on, synchronous standbys, slots of
others, dumps and their targets, pending migrations) stays behind.
"""

from typing import Any

from .problem import Problem, Refused

KEPT = ("purpose", "secrets", "tls", "ssh", "apt")
PLACE = ("replication", "dumps")
OF_DATABASE = ("migrations", "dump")
OF_PROOF = ("assertions", "memory")
OF_NODE = ("ssh", "listen", "hardware", "delay")


def derived(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The environment's document for a disaster of the cluster `name`; raises `Refused` where none is declared.

    `document` has been validated: what is declared in it is there.
    """
    cluster = document["clusters"].get(name, {})
    disaster = (cluster.get("drills") or {}).get("disaster")
    if not disaster:
        declared = [one for one, found in document["clusters"].items() if (found.get("drills") or {}).get("disaster")]
        hint = f"declared for: {', '.join(declared) or 'none'}; declare drills.disaster with its spare hosts"
        raise Refused("the drill", [Problem("cluster", f"{name or 'none'} declares no disaster", hint)])
    kept = {key: document[key] for key in KEPT if key in document}
    return {**kept, "clusters": {name: _cluster(cluster, disaster)}}


def _cluster(cluster: dict[str, Any], disaster: dict[str, Any]) -> dict[str, Any]:
    repository = disaster["repository"]
    drills = {key: value for key, value in cluster["drills"].items() if key in OF_PROOF}
    backups = {
        **{key: value for key, value in cluster["backups"].items() if key != "schedule"},
        "repositories": {repository: cluster["backups"]["repositories"][repository]},
        "read_only": True,
    }
    return {
        **{key: value for key, value in cluster.items() if key not in PLACE},
        "nodes": _nodes(cluster["nodes"], disaster["hosts"]),
        "databases": {name: _database(one) for name, one in (cluster.get("databases") or {}).items()},
        "backups": backups,
        "drills": drills,
    }


def _nodes(declared: dict[str, Any], hosts: dict[str, str]) -> dict[str, Any]:
    """The spare hosts as nodes; whichever has become primary meanwhile, one of them is it."""
    primary = next((name for name in hosts if declared[name]["duty"] == "primary"), next(iter(hosts)))
    duties = {name: "primary" if name == primary else declared[name]["duty"] for name in hosts}
    return {name: {**_node(declared[name], address), "duty": duties[name]} for name, address in hosts.items()}


def _node(node: dict[str, Any], address: str) -> dict[str, Any]:
    return {**{key: value for key, value in node.items() if key not in OF_NODE}, "address": address}


def _database(database: dict[str, Any]) -> dict[str, Any]:
    """Without its migrations, since what is pending is not to be run on what came back; nor dumps."""
    return {key: value for key, value in database.items() if key not in OF_DATABASE}
