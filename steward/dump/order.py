"""Which server takes a scheduled dump: the primary of the moment chooses, and tells it by a row that is replicated.

Cron begins the job on every server at the same minute. A standby that does not follow never hears of the choice, and
where there is no standby to choose the primary takes the dump itself; so each is taken once, or not at all.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fleet.problem import Problem, Refused
from fleet.slot import slot

from ..cluster import Described
from ..records import replace
from ..server import connect
from ..session import WRITING
from ..sql import statements
from . import store

if TYPE_CHECKING:
    import psycopg

PATIENCE = 60  # seconds in which the primary's choice has to arrive
FRESH = 600  # seconds after which a choice is of another time
BEHIND = 60.0  # seconds that a standby may be behind when it is chosen
OFTEN = 1.0
CHOOSING = {**WRITING, "synchronous_commit": "local"}
"""A standby that is away must not keep the others waiting."""
THERE = "select to_regclass('pgsteward.dump_order') is not null as there"
TOLD = """
    select node, extract(epoch from at)::float as at, extract(epoch from clock_timestamp() - at)::float as age
    from pgsteward.dump_order where job = %s"""
STREAMING = """
    select application_name, extract(epoch from coalesce(replay_lag, '0'))::float as behind
    from pg_stat_replication where state = 'streaming'"""


def mine(told: Described, database: str, pause: Callable[[float], None] = time.sleep) -> bool:
    """Whether this node takes the scheduled dump of the database; raises `Refused` where its server does not say."""
    import psycopg

    try:
        with connect(told.port, session=CHOOSING) as connection:
            row = connection.execute("select pg_is_in_recovery() as standby").fetchone() or {}
            if not row["standby"]:
                return ordered(told, connection, database) == told.node
            return heard(told, connection, database, pause)
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise Refused("the dump", [Problem("the server", said, "its log in /var/log/postgresql says why")]) from None


def ordered(told: Described, connection: "psycopg.Connection[dict[str, Any]]", database: str) -> str:
    """Chooses a node, on the primary, and tells the standbys which."""
    streaming = {row["application_name"]: row["behind"] for row in connection.execute(STREAMING)}
    node = choice(store.wanted(told).order, told.node, streaming)
    for statement in statements("dump_order"):
        connection.execute(statement)
    told_before = "on conflict (job) do update set node = excluded.node, at = excluded.at"
    query = f"insert into pgsteward.dump_order values (%s, %s, clock_timestamp()) {told_before}"
    connection.execute(query, (database, node))
    return node


def choice(order: Iterable[str], primary: str, streaming: Mapping[str, float]) -> str:
    """The first node in order that streams and is not far behind; the primary where there is none.

    `streaming`: the seconds that each is behind, by the name of its application.
    """
    fit = (node for node in order if node != primary and streaming.get(slot(node), BEHIND) < BEHIND)
    return next(fit, primary)


def heard(
    told: Described,
    connection: "psycopg.Connection[dict[str, Any]]",
    database: str,
    pause: Callable[[float], None],
) -> bool:
    """Whether the primary's choice is this standby; it is waited for, and followed once."""
    path = told.state / "dump-orders.json"
    done: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for _ in range(int(PATIENCE / OFTEN)):
        row = told_by(connection, database)
        if row and row["age"] <= FRESH and row["at"] != done.get(database):
            replace(path, json.dumps({**done, database: row["at"]}))
            return bool(row["node"] == told.node)
        pause(OFTEN)
    return False


def told_by(connection: "psycopg.Connection[dict[str, Any]]", database: str) -> "dict[str, Any] | None":
    """The primary's last choice, as far as it has come here."""
    there = connection.execute(THERE).fetchone() or {}
    return connection.execute(TOLD, (database,)).fetchone() if there["there"] else None
