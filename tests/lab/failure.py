"""What the report of a failed test shows of its lab: the last runs of pyinfra, and the last lines of each log."""

from collections import deque
from collections.abc import Iterator

from lab import faults, places
from lab.plan import Lab
from lab.shell import Trouble

Section = tuple[str, str]
"""A heading and a text, as pytest's reports have them."""

RUNS: deque[Section] = deque(maxlen=3)
"""The last runs of the present test, by their commands."""
LABS: dict[str, Lab] = {}
"""The labs of this process that are up."""
LINES = 25  # of each log
LONGEST = 6000  # characters of one run's output
LOGS = f"""
journalctl --no-pager --quiet --output=short-precise --lines={LINES}
for log in /var/log/postgresql/*.log; do
    [ ! -e "$log" ] || {{ echo "== $log"; tail -n {LINES} "$log"; }}
done
"""


def note_run(command: list[str], code: int, said: str) -> None:
    """Keeps a run of pyinfra for the report of the present test."""
    RUNS.append((f"exit code {code}: {' '.join(command)}", said[-LONGEST:]))


def sections() -> Iterator[Section]:
    """All that is known of the present test's runs and hosts."""
    yield from RUNS
    for lab in LABS.values():
        for host in lab.hosts:
            if host.name in places.hosts(lab.name):
                yield f"log of {host.name}, lab {lab.name}", logs(lab, host.name)


def logs(lab: Lab, host: str) -> str:
    """The last lines of a host's journal and of its servers, asked of the host itself and not by the network."""
    try:
        return faults.inside(lab, host, "timeout", "10", "sh", "-c", LOGS).stdout
    except Trouble as trouble:
        return str(trouble)
