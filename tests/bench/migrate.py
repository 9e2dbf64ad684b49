"""1,000 small migrations and a run that finds nothing to do, beside dbmate, on the same throw-away server.

    python -m tests.bench.migrate

dbmate is measured as it comes, with its schema dump after each run, and without. Our runs record a fingerprint,
hold sqlx's lock, and check every file. The server flushes to disk and logs as one in use does, not as those of tests.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.sql.server import Server

COUNT = 1000
ROUNDS = 3
NOTHING_ROUNDS = 7
SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "pg_stat_statements.track_utility": "off",
}
ROOT = Path(__file__).parent.parent.parent
DBMATE = Path(sys.executable).parent / "dbmate"


def main() -> None:
    server = Server()
    try:
        as_in_use(server)
        with tempfile.TemporaryDirectory(prefix="pgs-bench-") as folder:
            measure(server, Path(folder))
    finally:
        server.stop()


def as_in_use(server: Server) -> None:
    """PostgreSQL's own defaults, where the tests' server has others."""
    with server.connect() as admin:
        for name in SETTINGS:
            admin.execute(f"ALTER SYSTEM SET {name} = {SETTINGS[name]}")
        admin.execute("SELECT pg_reload_conf()")


def measure(server: Server, folder: Path) -> None:
    ours, theirs = write(folder)
    dump = ("-s", str(folder / "schema.sql"))
    contenders = {
        "pgsteward": lambda: pgsteward(server, ours),
        "dbmate, as it comes": lambda: dbmate(server, theirs, dump),
        "dbmate, without its dump": lambda: dbmate(server, theirs, ("--no-dump-schema",)),
    }
    all_of_them: dict[str, list[float]] = {name: [] for name in contenders}
    nothing: dict[str, list[float]] = {name: [] for name in contenders}
    # taken in turns, so that what else this machine does meets everybody
    for round_ in range(ROUNDS):
        for name, run in contenders.items():
            again(server)
            all_of_them[name].append(timed(run()))
            rounds = NOTHING_ROUNDS if round_ == ROUNDS - 1 else 1
            nothing[name] += [timed(run()) for _ in range(rounds)]
    floor = statistics.median(timed([sys.executable, "-c", "import psycopg"]) for _ in range(NOTHING_ROUNDS))
    show(f"{COUNT} migrations", all_of_them)
    show("nothing to do", nothing)
    print(f"\n{floor:8.3f} s  Python and psycopg alone, from start to end")


def show(title: str, figures: dict[str, list[float]]) -> None:
    print(f"\n{title}: median of {[len(found) for found in figures.values()]} runs, and its ratio to ours")
    ours = statistics.median(next(iter(figures.values())))
    for name, found in figures.items():
        median = statistics.median(found)
        print(f"{median:8.3f} s  {median / ours:5.2f} ×  {name}")


def write(folder: Path) -> tuple[Path, Path]:
    """The same migrations in both tools' forms."""
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    for number in range(1, COUNT + 1):
        name = f"{20240101000000 + number}_table_{number}"
        up, down = f"CREATE TABLE t{number} (id bigint PRIMARY KEY, name text);\n", f"DROP TABLE t{number};\n"
        (ours / f"{name}.up.sql").write_text(up)
        (ours / f"{name}.down.sql").write_text(down)
        (theirs / f"{name}.sql").write_text(f"-- migrate:up\n{up}\n-- migrate:down\n{down}")
    return ours, theirs


def again(server: Server) -> None:
    with server.connect() as admin:
        admin.execute("DROP DATABASE IF EXISTS bench")
        admin.execute("CREATE DATABASE bench")


def pgsteward(server: Server, folder: Path) -> list[str]:
    dsn = f"host={server.directory} dbname=bench user=postgres"
    return [sys.executable, "-m", "steward", "migrate", "up", "--folder", str(folder), "--dsn", dsn]


def dbmate(server: Server, folder: Path, flags: Sequence[str]) -> list[str]:
    url = f"postgres://postgres@/bench?host={server.directory}&sslmode=disable"
    return [str(DBMATE), "--url", url, "--migrations-dir", str(folder), *flags, "up"]


def timed(command: Sequence[str]) -> float:
    """Seconds of wall time; raises where the command failed, because a failure is quick."""
    path = f"{os.environ['PATH']}:{programs()}"
    before = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, check=False)
    seconds = time.perf_counter() - before
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr.decode().strip()[-500:]}")
    return seconds


def programs() -> str:
    """Where pg_dump is, which dbmate calls."""
    return ":".join(str(one) for one in Path("/usr/lib/postgresql").glob("*/bin"))


if __name__ == "__main__":
    main()
