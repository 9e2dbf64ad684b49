"""The bucket of one of the cluster's targets for dumps, as targets.json has it."""

import json
from collections.abc import Mapping
from typing import Any

from ..s3.bucket import AUTHORITIES, ENDPOINT, NAME, Bucket, proper
from ..s3.trouble import Trouble

AGAIN = "deploy again: pgsteward writes this file"


def bucket(text: str, cluster: str, name: str) -> Bucket:
    """The bucket of the target `name`; raises `Trouble`."""
    known: dict[str, Any] = {one["name"]: one for one in json.loads(text)["targets"] if one["kind"] == "s3"}
    if name not in known:
        raise Trouble("unknown", f"no target {name} in an object store is known here", AGAIN)
    return of(known[name], cluster)


def of(one: Mapping[str, Any], cluster: str) -> Bucket:
    """The bucket of a target; raises `Trouble` for what cannot be one."""
    return Bucket(
        cluster,
        one["name"],
        proper(NAME, one["bucket"], "bucket"),
        proper(ENDPOINT, one["endpoint"], "endpoint"),
        one["region"],
        f"{one['prefix']}{cluster}",
        one["path_style"],
        one["authority"] or AUTHORITIES,
        one["key"],
        one["secret"],
        locked=one["lock"] is not None,
    )
