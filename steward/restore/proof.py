"""Whether a restored server is where it was wanted, by the heartbeat; and what was lost."""

from dataclasses import asdict, dataclass
from typing import Any

from fleet.problem import Problem, Refused

from .plan import Plan

THERE = "select exists (select from pgsteward.heartbeat where at = %s::timestamptz) as there"
TIMELINE = "select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline"
NEWEST = """
    select max(at)::text as newest, extract(epoch from %s::timestamptz - max(at))::float as lost,
           to_char(max(at) at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS') || '+00' as shown
    from pgsteward.heartbeat"""


@dataclass(frozen=True)
class Proof:
    """`newest`: the last heartbeat that is there. `lost`: seconds between it and production's last; None where there
    was no production to compare with. `compared`: whether the rows around the target were known, and looked for."""

    newest: str
    lost: float | None
    compared: bool

    def document(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        if not self.newest:
            return "there was no heartbeat to measure by"
        lost = "" if self.lost is None else f"; {self.lost:.1f} s of production are not in it"
        rows = ", proved by the rows around it" if self.compared else ""
        return f"it holds everything up to {self.newest}{rows}{lost}"


def proof(connection: Any, plan: Plan) -> Proof:
    """The proof that the target was reached; raises `Refused` where it was not."""
    begun = connection.execute(TIMELINE).fetchone()["timeline"]
    if begun <= plan.timeline:  # a server that has left recovery is on one of its own, behind all that it knew
        raise missed(f"recovery did not get to timeline {plan.timeline}: the server is on {begun}")
    if not connection.execute("select to_regclass('pgsteward.heartbeat') is not null as known").fetchone()["known"]:
        if plan.before:
            raise missed(f"the heartbeat of {plan.before} from before the target is not there, nor is its table")
        return Proof("", None, False)
    if plan.before and not there(connection, plan.before):
        raise missed(f"the heartbeat of {plan.before} from before the target is not there")
    if plan.after and there(connection, plan.after):
        raise missed(f"the heartbeat of {plan.after} from after the target is there")
    row = connection.execute(NEWEST, (plan.newest or None,)).fetchone()
    lost = None if row["lost"] is None else max(0.0, row["lost"])  # production went on while the plan was made
    return Proof(row["shown"] or "", lost, bool(plan.before or plan.after))


def there(connection: Any, moment: str) -> bool:
    return bool(connection.execute(THERE, (moment,)).fetchone()["there"])


def missed(what: str) -> Refused:
    return Refused("the restore", [Problem("target", what, "the server's log says where recovery stopped, and why")])
