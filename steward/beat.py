"""`steward beat <cluster>`: a row each second where this node is the primary; patience where it is not.

After a recovery the newest row says up to which moment the data is there, and what was lost.
"""

import sys
import time
from typing import TYPE_CHECKING, Any

from .cluster import described
from .server import connect
from .session import WRITING
from .sql import statements

if TYPE_CHECKING:
    import psycopg

EVERY = 1.0
KEPT = "1 day"
PRUNED_EACH = 600  # beats
BEATING = {**WRITING, "synchronous_commit": "local"}
"""It measures, and must not wait for a standby that is away."""
PAUSE = 5.0  # seconds until a server that is away, or a standby, is asked again


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: steward beat <cluster>", file=sys.stderr)
        return 1
    import psycopg

    port = described(arguments[0]).port
    while True:
        try:
            with connect(port, session=BEATING) as connection:
                run(connection)
        except psycopg.Error as error:
            print(str(error).strip().splitlines()[0], file=sys.stderr)
        time.sleep(PAUSE)


def run(connection: "psycopg.Connection[dict[str, Any]]") -> None:
    """Beats as long as the server is a primary.

    The checkpoint is for a server that comes back from a crash. Its checkpointer fell asleep during recovery, and would
    let `archive_timeout` pass until the next checkpoint is due; and a segment whose mark `.ready` the crash has taken
    is archived by the next checkpoint alone: until then the archive has a hole. Both were seen in the lab.
    """
    if standby(connection):
        return
    for statement in statements("beat"):
        connection.execute(statement)
    beats = 0
    while True:
        connection.execute("insert into pgsteward.heartbeat values (clock_timestamp(), pg_current_wal_insert_lsn())")
        if beats == 0:
            connection.execute("checkpoint")  # see above; nobody waits for it
        if beats % PRUNED_EACH == 0:
            connection.execute(f"delete from pgsteward.heartbeat where at < clock_timestamp() - interval '{KEPT}'")
        beats += 1
        time.sleep(EVERY - time.time() % EVERY)


def standby(connection: "psycopg.Connection[dict[str, Any]]") -> bool:
    row = connection.execute("select pg_is_in_recovery() as standby").fetchone()
    return row is None or bool(row["standby"])
