"""targets.json and the directories of dumps as they land on a host."""

import json
from collections.abc import Callable
from pathlib import Path

from fleet import dumps, environment
from tasks.render import render

HERE = Path(__file__).parent
NAMES = ("offsite/s3_key", "offsite/s3_secret", "vault/password")
VARIABLES = ("vault/RESTIC_REST_USERNAME", "vault/RESTIC_REST_PASSWORD")
SECRETS = {name: f"SECRET {name}" for name in (*NAMES, *VARIABLES)}
Golden = Callable[[Path, str], None]


def cluster() -> environment.Cluster:
    text = (HERE.parent.parent / "inventories" / "example.yml").read_text(encoding="utf-8")
    return environment.load(text, "example.yml").clusters["shop"]


def test_what_opens_the_targets(golden: Golden) -> None:
    golden(HERE / "dumps" / "targets.json", json.dumps(dumps.targets(cluster(), SECRETS), indent=1) + "\n")


def test_where_dumps_lie(golden: Golden) -> None:
    text = render("dumps/tmpfiles.conf.j2", cluster="shop", directories=dumps.directories(cluster()))
    golden(HERE / "dumps" / "tmpfiles.conf", text)
