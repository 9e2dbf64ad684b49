"""Ten minutes without an object store, and ten without a repository's host, begin here, under a writing pgbench.

Other modules of this package run meanwhile; `test_the_long_outage_ends.py` looks at what came of it.
"""

import time

import pytest

from lab import faults

from .depot import Depot
from .environments import LONG

WRITES = "pgbench -n -N -R 20 -T 3000 -d shop"


@pytest.mark.long(LONG)
def test_writing_goes_on_while_a_store_and_a_host_go_away(outages: Depot, outage: dict[str, float]) -> None:
    for node in ("o1", "p1"):
        outages.sql(node, "select 1")
        outages.postgres(node, "pgbench -q -i -s 1 shop")
        outages.archived(node)
        outages.lab.ssh(node, f"cd /; systemd-run -q --uid=postgres --unit=writes {WRITES}")
    faults.s3_stop(outages.lab.plan)
    faults.power_cut(outages.lab.plan, "pb")
    outage["begin"] = time.monotonic()
    for node in ("o1", "p1"):
        assert outages.lab.ssh(node, "systemctl is-active writes") == "active\n"
