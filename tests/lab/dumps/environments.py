"""The four examples on three releases, dumped to the host, to a bucket, and to a restic repository in it."""

import copy
from pathlib import Path

import yaml

from ..operator import ROOT

LAB = "/var/lib/pgsteward-lab"
STORE = {"key": "labaccesskey00000001", "secret": "labsecretkey0000000000000001"}
ENDPOINT = "198.18.137.1"
"""The lab's store, which hosts call s3; the operator's machine knows it by its address alone."""
AUTHORITY = f"{LAB}/labs/dumps/s3/ca.pem"
NODES = {
    "thirteen": {"version": 17, "d1": "primary", "d2": "standby"},
    "twelve": {"version": 15, "e1": "primary"},
    "fourteen": {"version": 18, "g1": "primary"},
}
DRILLS = {
    "dump": {"node": "d2", "when": "thursday 04:00", "rto": "5min", "rpo": "1h"},
    "assertions": {"stateset": ["DIRECTORY/products_have_names.sql"]},
    "load": 100_000,
}
ASSERTION = "select id, title from products where slug is null or slug = ''"
ON_THE_DATA_DISK = "/var/lib/postgresql/dumps"
"""Where `twelve` keeps its dumps: on a disk that a test can fill."""


def environment(recipient: str) -> str:
    """The text of the file; `recipient`: the age key that dumps are sealed to."""
    lab = yaml.safe_load((ROOT / "inventories" / "lab.yml").read_text(encoding="utf-8"))["clusters"]["main"]
    return yaml.safe_dump(
        {
            "purpose": "development",
            "secrets": {"from": "file", "path": "DIRECTORY/secrets.yml"},
            "ssh": {
                "user": "root",
                "key": f"{LAB}/id_ed25519",
                "known_hosts": f"{LAB}/labs/dumps/known_hosts",
            },
            "clusters": {name: _cluster(name, number, lab, recipient) for number, name in enumerate(NODES)},
            "x-lab": {
                "network": "198.18.137.0/24",
                "disk": "3GB",
                "installed": True,
                "s3": {"bucket": "dumps", **STORE},
                "nodes": {"e1": {"suite": "bookworm"}, "g1": {"suite": "forky"}},
            },
        },
        allow_unicode=True,
    )


def _cluster(name: str, number: int, lab: dict[str, object], recipient: str) -> dict[str, object]:
    version, *_ = NODES[name].values()
    duties = {node: duty for node, duty in NODES[name].items() if node != "version"}
    nodes = {
        node: {"address": f"198.18.137.{11 + 10 * number + at}", "duty": duty, "hardware": {"memory": "1GB"}}
        for at, (node, duty) in enumerate(duties.items())
    }
    declared = copy.deepcopy({key: _without_shop(lab[key]) for key in ("roles", "databases")})
    for database, one in declared["databases"].items():
        one["migrations"] = {"folder": str(Path(ROOT) / "migrations" / database)}
    drills = {"drills": DRILLS} if name == "thirteen" else {}
    made = {"postgresql": version, "connections": 60, "nodes": nodes}
    return {**made, **declared, "dumps": _dumps(name, recipient), **drills}


def _without_shop(declared: object) -> dict[str, dict[str, object]]:
    assert isinstance(declared, dict)
    return {one: value for one, value in declared.items() if not one.startswith("shop")}


def _dumps(name: str, recipient: str) -> dict[str, object]:
    store = {"endpoint": ENDPOINT, "bucket": "dumps", "path_style": True, "authority": AUTHORITY}
    vault = {"repository": f"s3:https://{ENDPOINT}/dumps/restic-{name}", "authority": AUTHORITY}
    targets: dict[str, object] = {"offsite": {"s3": store}}
    if name == "thirteen":
        targets["vault"] = {"restic": vault}
    place = {"directory": ON_THE_DATA_DISK} if name == "twelve" else {}
    return {
        "encryption": {"age": [recipient]},
        "targets": targets,
        "reserve": "100MB",
        "schedule": {"take": "sunday 23:00", "verify": "sunday 23:30"},
        "verify": {"memory": "512MB"},
        **place,
    }
