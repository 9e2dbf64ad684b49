"""A deployed cluster that is handed over, and a client that writes into it meanwhile."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tasks.live.watching import Watching

from ...conftest import RunningLab
from ...deployed import Deployed
from ...operator import Operator, Outcome, eventually

APPLICATION = """
drop schema if exists pgsteward_meter cascade;
create schema pgsteward_meter;
create table pgsteward_meter.write (number bigint primary key);
grant connect on database postgres to applicant;
grant usage on schema pgsteward_meter to applicant;
grant select, insert on pgsteward_meter.write to applicant;
"""


@dataclass(frozen=True)
class Live(Deployed):
    """One cluster of the lab."""

    cluster: str

    @property
    def nodes(self) -> dict[str, Any]:
        nodes: dict[str, Any] = self.operator.document["clusters"][self.cluster]["nodes"]
        return nodes

    @property
    def primary(self) -> str:
        """The declared one."""
        return next(name for name, node in self.nodes.items() if node["duty"] == "primary")

    @property
    def unit(self) -> str:
        return f"postgresql@17-{self.cluster}"

    def answer(self, node: str, query: str) -> str:
        """What psql prints, of a node that may be down: then nothing."""
        return self.lab.attempt(node, f"cd /; runuser -u postgres -- psql -XqAt -c '{query}'").stdout.strip()

    def verb(self, file: str, **data: str) -> Outcome:
        """A verb of `backup/` done to this cluster, as an operator types it; without pyinfra's question."""
        words = [word for key, value in data.items() for word in ("--data", f"{key}={value}")]
        return self.operator.pyinfra("-y", "--data", f"cluster={self.cluster}", *words, deploy=f"backup/{file}.py")

    def edit(self, said: str) -> None:
        """Edits the environment's file as a verb has said."""
        self.operator.obey(said)

    def watch(self) -> Watching:
        """A client that writes as an application would; the first write has been acknowledged."""
        node = self.primary
        psql = "runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d postgres -f -"
        self.lab.ssh(node, f"cd /; {psql} <<'EOF'{APPLICATION}EOF")
        authority = self.operator.file.parent / "authority.crt"
        authority.write_text(self.lab.ssh(node, f"cat /etc/pgsteward/{self.cluster}/authority.crt"), encoding="utf-8")
        watching = Watching(
            {
                "host": ",".join(self.nodes),
                "hostaddr": ",".join(one["address"] for one in self.nodes.values()),
                "port": ",".join("5432" for _ in self.nodes),
                "user": "applicant",
                "password": self.operator.secrets[f"{self.cluster}/applicant"],
                "dbname": "postgres",
                "sslmode": "verify-full",
                "sslrootcert": str(authority),
            }
        )
        assert watching.await_write(0, 20)
        return watching

    def settled(self) -> None:
        """Every standby streams."""
        wanted = sorted(name for name in self.nodes if name != self.primary)
        query = "select application_name from pg_stat_replication where state = 'streaming' order by 1"
        eventually(lambda: self.sql(self.primary, query), wanted, 60)

    def strike(self, node: str) -> float:
        """kill -9 for the whole server at once; the moment before."""
        moment = time.time()
        self.lab.ssh(node, f"systemctl kill --signal=KILL {self.unit}")
        return moment


def prepared(lab: RunningLab, secrets: Path) -> Operator:
    """The operator of the lab's environment, with its secrets."""
    operator = Operator(lab.environment)
    store = operator.document["x-lab"]["s3"]
    secrets.touch(mode=0o600)
    secrets.write_text(
        yaml.safe_dump({"shop/far/s3_key": store["key"], "shop/far/s3_secret": store["secret"]}), encoding="utf-8"
    )
    operator.generate_secrets()
    return operator
