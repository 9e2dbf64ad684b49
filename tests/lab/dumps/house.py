"""A deployed lab with dumps, and what an operator and a test ask of it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..deployed import Deployed
from ..operator import ROOT
from .environments import NODES, ON_THE_DATA_DISK

TABLES = """
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1"""
HASH = "select count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' order by t::text)), '') from {} t"


@dataclass(frozen=True)
class House(Deployed):
    """A lab with dumps; `key`: the age identity that opens them."""

    key: Path

    # --- where

    def primary(self, cluster: str) -> str:
        return next(node for node, duty in NODES[cluster].items() if duty == "primary")

    def taker(self, cluster: str) -> str:
        """The node that takes the dumps: a standby where there is one."""
        return next((node for node, duty in NODES[cluster].items() if duty == "standby"), self.primary(cluster))

    def place(self, cluster: str) -> str:
        """Where the dumps lie on the node that took them."""
        return f"{ON_THE_DATA_DISK if cluster == 'twelve' else '/var/backups/pgsteward'}/{cluster}"

    @property
    def bucket(self) -> Path:
        """The bucket, as it lies on this machine's disk."""
        return self.lab.directory / "s3" / "data" / "dumps"

    # --- databases

    def script(self, node: str, database: str, text: str) -> None:
        """Runs SQL as the owner of the database, who has its name."""
        psql = f"cd /; runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d {database} -f - <<'END'\n"
        self.lab.ssh(node, f"{psql}set role {database};\n{text}\nEND")

    def content(self, node: str, database: str) -> dict[str, str]:
        """The rows of every table, as their number and a hash."""
        return {table: self.sql(node, HASH.format(table), database)[0] for table in self.sql(node, TABLES, database)}

    # --- dumps

    def manifests(self, cluster: str) -> list[dict[str, Any]]:
        """Those of the dumps that lie on the node that takes them, oldest first."""
        one_a_line = "while read -r path; do tr -d '\\n' < $path; echo; done"
        listing = f"find {self.place(cluster)} -mindepth 2 -maxdepth 2 -name manifest.json | {one_a_line}"
        text = self.lab.ssh(self.taker(cluster), listing)
        return sorted((json.loads(line) for line in text.splitlines()), key=lambda one: one["sequence"])

    # --- the operator

    def take(self, cluster: str, database: str = "all") -> Any:
        """By the operator's own command."""
        arguments = ("-y", "--limit", self.taker(cluster), "--data", f"dump={database}")
        return self.operator.pyinfra(*arguments, deploy="backup/take.py")

    def fetch(self, into: Path, key: Path | None = None, **wanted: str) -> "subprocess.CompletedProcess[str]":
        """`backup/fetch.py` on this machine, which asks no host."""
        given = {"environment": str(self.operator.file), "identity": str(key or self.key), "into": str(into), **wanted}
        words = [word for name, value in given.items() for word in ("--data", f"{name}={value}")]
        command = [sys.executable, "-m", "pyinfra", "-y", "@local", "backup/fetch.py", *words]
        return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)

    def restore(self, node: str, **wanted: str) -> Any:
        """`backup/restore.py` of a dump, on one node."""
        words = [word for name, value in wanted.items() for word in ("--data", f"{name}={value}")]
        return self.operator.pyinfra("-y", "--limit", node, *words, deploy="backup/restore.py")
