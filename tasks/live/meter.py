"""An application in miniature, run beside a handover: one write each 100 ms, each acknowledged one remembered.

`python -m tasks.live.meter` is told how to connect by a line of JSON on standard input (a password is never an
argument), writes until the next line, and then says what it has seen. The acknowledged rows are counted before the
table is read: the other order would take a row that was acknowledged in between for a loss.
"""

import json
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import psycopg

from steward.session import WRITING, options

INTERVAL = 0.1
TABLE = "pgsteward_meter.write"
IMPATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 3000, "keepalives_idle": 1, "keepalives_interval": 1}
"""What an application with an eye on outages sets: a host that says nothing is given up after a few seconds."""
READING = 120.0  # seconds in which the table has to be read at the end


@dataclass(frozen=True)
class Measured:
    """What a client saw. Moments are seconds of the epoch.

    `seconds` is the longest pause between two acknowledged writes, or after the last, `since` the moment of the last
    before it; `missing`: when rows were acknowledged that are not there, oldest first; `first`: the first write
    acknowledged after the pause, or the end of the client where there was none.
    """

    acknowledged: int
    missing: tuple[float, ...]
    errors: int
    seconds: float
    since: float
    first: float
    interval: float = INTERVAL


@dataclass
class Meter:
    """The writer: `acknowledged` are the moments of the writes that the server has confirmed, by their numbers."""

    dsn: dict[str, Any]
    begin: float = field(default_factory=time.time)
    acknowledged: dict[int, float] = field(default_factory=dict)
    errors: int = 0
    end: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Writes until it is over. An error is counted, and the next write begins with a new connection."""
        connection: psycopg.Connection[Any] | None = None
        number = 0
        while not self.over.wait(max(0.0, INTERVAL - time.time() % INTERVAL)):
            number += 1
            try:
                connection = connection or self.connect()
                connection.execute(f"insert into {TABLE} (number) values (%s)", (number,))
                self.acknowledged[number] = time.time()
            except psycopg.Error:
                self.errors += 1
                if connection:
                    with suppress(psycopg.Error):
                        connection.close()
                connection = None

    def finish(self) -> None:
        """Has it write no more; what it could not write until now was an outage."""
        self.end = time.time()
        self.over.set()

    def connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            **IMPATIENCE | self.dsn, autocommit=True, target_session_attrs="read-write", options=options(WRITING)
        )

    def measured(self) -> Measured:
        """The verdict: first what was acknowledged, then what is there."""
        known, end = dict(self.acknowledged), self.end or time.time()
        there = self.there()
        moments = sorted([self.begin, *known.values(), end])
        pauses = [(after - before, before, after) for before, after in pairwise(moments)]
        seconds, since, first = max(pauses, default=(0.0, self.begin, self.begin))
        missing = sorted(moment for number, moment in known.items() if number not in there)
        return Measured(len(known), tuple(missing), self.errors, seconds, since, first)

    def there(self) -> set[int]:
        """The numbers in the table; raises `psycopg.Error` where it cannot be read for long."""
        end = time.monotonic() + READING
        while True:
            try:
                with self.connect() as connection:
                    return {row[0] for row in connection.execute(f"select number from {TABLE}")}
            except psycopg.Error:
                if time.monotonic() > end:
                    raise
                time.sleep(1)


def main() -> int:
    meter = Meter(json.loads(sys.stdin.readline()))
    writer = threading.Thread(target=meter.run, daemon=True)
    writer.start()
    for line in sys.stdin:
        if line.strip() == "look":  # how many there are by now, and when the last was
            moments = list(meter.acknowledged.values())
            print(json.dumps({"acknowledged": len(moments), "last": moments[-1] if moments else 0}), flush=True)
        else:
            break
    meter.finish()
    writer.join(READING)
    print(json.dumps(asdict(meter.measured())), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
