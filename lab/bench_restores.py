"""What a backup and a restore of 2 GB cost, beside `cp -a` of the same data and beside plain pgBackRest.

Rounds take turns, so that a noisy minute hits all of them; medians are said, and ratios. Nothing is asserted.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import keys, life
from .plan import Lab, read
from .shell import Trouble

ENVIRONMENT = Path("inventories/bench.yml")
NODE, CLUSTER, DATA = "big1", "big", "/var/lib/postgresql/17/big"
SIDE = "/var/lib/postgresql/side"
SCALE = 136  # of pgbench: 2 GB
ROUNDS = 5
BINARIES = "/usr/lib/postgresql/17/bin"


def bench_restores(say: Callable[[str], None]) -> None:
    """Brings up a host, fills it, measures, and takes it down."""
    lab = read(ENVIRONMENT)
    try:
        life.up(lab)
        for command in (
            ["tasks.secrets", str(ENVIRONMENT)],
            ["tasks.verbs", "deploy", str(ENVIRONMENT.with_suffix(""))],
        ):
            subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
        measure(lab, say)
    except subprocess.CalledProcessError as error:
        raise Trouble(f"the bench's deploy failed: {error.stderr.decode()[-400:]}", "run it by hand") from None
    finally:
        life.down(lab.name)


def measure(lab: Lab, say: Callable[[str], None]) -> None:
    """Prints medians of all rounds in seconds, MB/s, and the ratios that matter."""
    postgres(lab, f"pgbench -q -i -s {SCALE} shop; psql -q -c checkpoint")
    size = int(ssh(lab, f"du -sb {DATA} | cut -f 1"))
    backup = timed(lambda: postgres(lab, f"steward backup {CLUSTER} own full"))
    postgres(lab, f"steward backup {CLUSTER} own full")  # what follows restores from a backup with little WAL behind it
    rounds = [one_round(lab) for _ in range(ROUNDS)]
    say(f"{size / 1e9:6.2f} GB in the data directory, {ROUNDS} rounds in turn, medians")
    say(f"{backup:6.1f} s  {size / backup / 1e6:6.0f} MB/s  a full backup")
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    for name, seconds in medians.items():
        say(f"{seconds:6.1f} s  {size / seconds / 1e6:6.0f} MB/s  {name}")
    ours, plain, copy = medians["our restore beside"], medians["plain pgBackRest, to the same end"], medians["cp -a"]
    say(f"{ours / plain:6.2f} ×  our restore, planned and proved, beside plain pgBackRest")
    say(f"{plain / copy:6.2f} ×  plain pgBackRest beside cp -a")


def one_round(lab: Lab) -> dict[str, float]:
    """Each of the three once. All end when the restored server has left recovery, but cp, which has none."""
    postgres(lab, "psql -q -c 'select pg_switch_wal()' -o /dev/null; sleep 2")
    fresh = f"rm -rf {SIDE}; sync"
    ssh(lab, fresh)
    copied = timed(lambda: ssh(lab, f"cp -a {DATA} {SIDE}"))
    ssh(lab, fresh)
    plain = timed(lambda: postgres(lab, plainly()))
    postgres(lab, f"{BINARIES}/pg_ctl -D {SIDE} -m immediate -s stop")
    ssh(lab, fresh)
    found: list[str] = []
    ours = timed(lambda: found.append(postgres(lab, f"steward restore beside {CLUSTER} --end --json")))
    name = Path(json.loads(found[0])["directory"]).name
    postgres(lab, f"steward restore tidy {CLUSTER} {name}")
    return {"cp -a": copied, "plain pgBackRest, to the same end": plain, "our restore beside": ours}


def plainly() -> str:
    """The same by hand: restore, start, and wait until recovery is over."""
    settings = f"port = 15555\\nlisten_addresses = ''\\nunix_socket_directories = '/tmp'\\nhba_file = '{SIDE}.hba'\\n"
    settings += "max_worker_processes = 64\\nmax_wal_senders = 64\\nmax_locks_per_transaction = 256\\n"
    options = f"-c config_file={SIDE}.conf -c data_directory={SIDE} -c max_connections=100"
    ask = "psql -XqAt -h /tmp -p 15555 -d postgres -c 'select pg_is_in_recovery()' 2>/dev/null"
    return f"""
        set -e; mkdir -m 700 -p {SIDE}; printf "{settings}" > {SIDE}.conf; echo 'local all all peer' > {SIDE}.hba
        pgbackrest --stanza={CLUSTER} --pg1-path={SIDE} --archive-mode=off --process-max=$(nproc) \
            --spool-path={SIDE}/spool --lock-path={SIDE}/lock restore
        mkdir -p {SIDE}/spool {SIDE}/lock
        {BINARIES}/pg_ctl -D {SIDE} -s -W -o '{options}' -l {SIDE}/log start
        until [ "$({ask})" = f ]; do sleep 0.05; done"""


def timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def postgres(lab: Lab, script: str) -> str:
    """What a script of the user postgres prints."""
    return ssh(lab, f"cd /; runuser -u postgres -- sh -s <<'END'\n{script}\nEND")


def ssh(lab: Lab, command: str) -> str:
    done = subprocess.run([*keys.login(lab, NODE), command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{command.strip()[:80]}: {done.stdout}{done.stderr}"[-600:], "the bench needs 10 GB of disk")
    return done.stdout
