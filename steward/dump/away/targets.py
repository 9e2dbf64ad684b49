"""The targets of a cluster's dumps: /etc/pgsteward/<cluster>/targets.json, which opens them, by `fleet.dumps`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

from ...bucket import target as bucket
from ...cluster import ROOT, Described, Retention
from ...s3.trouble import Trouble
from .restic import Restic
from .s3 import S3, Lock, Options
from .seal import Seal
from .target import Kept, Target

__all__ = ["Kept", "Target", "named", "targets", "targets_of"]

FILE = "targets.json"
AGAIN = "deploy again: pgsteward writes this file"


def targets(told: Described, root: Path = ROOT) -> list[Target]:
    """The targets of a cluster that this host was told of; none where it was told of none. Raises `Refused`."""
    path = root / told.cluster / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        reason = error.strerror or "no reason given" if isinstance(error, OSError) else "it is not JSON"
        hint = "run this as the user postgres" if isinstance(error, PermissionError) else AGAIN
        raise Refused(str(path), [Problem(FILE, f"cannot be read: {reason.lower()}", hint)]) from None
    return targets_of(document, told.cluster, told.dumps.reserve if told.dumps else 0, str(path))


def targets_of(document: Mapping[str, Any], cluster: str, reserve: int = 0, source: str = FILE) -> list[Target]:
    """The targets in the document; raises `Refused` where it is not one that pgsteward writes."""
    try:
        to = document["encryption"]
        seal = Seal(tuple(to.get("age", ())), tuple(to.get("gpg", ())))
        return [target(one, cluster, seal, reserve) for one in document["targets"]]
    except (KeyError, TypeError, AttributeError):
        raise Refused(source, [Problem(cluster, "are no targets as pgsteward writes them", AGAIN)]) from None
    except Trouble as trouble:
        raise Refused(source, [Problem(cluster, trouble.what, trouble.hint)]) from None


def target(one: Mapping[str, Any], cluster: str, seal: Seal, reserve: int) -> Target:
    retention = Retention(**one["retention"])
    if one["kind"] == "restic":
        given = {key: one[key] for key in ("repository", "password", "environment", "authority")}
        return Restic(one["name"], retention, cluster, **given)
    return S3(one["name"], retention, bucket.of(one, cluster), seal, options(one), reserve)


def options(one: Mapping[str, Any]) -> Options:
    lock = Lock(one["lock"]["mode"], one["lock"]["days"]) if one["lock"] else None
    return Options(one["storage_class"], one["server_side_encryption"], one["kms_key"], lock)


def named(found: "list[Target]", name: str, cluster: str) -> Target:
    """The target of this name; raises `Refused` with those that there are."""
    for one in found:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in found) or "none"
    raise Refused(cluster, [Problem("target", f"there is no {name}", f"there are: {known}")])
