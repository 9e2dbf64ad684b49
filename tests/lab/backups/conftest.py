"""The labs that the modules of this package share."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from lab import faults

from ..conftest import MakeLab, shared_labs
from .depot import Depot, depot
from .environments import BACKUPS, OUTAGES, first_tier

make_shared_lab = shared_labs()
WRITES = "pgbench -n -N -R 20 -T 3000 -d shop"


@dataclass(frozen=True)
class First:
    """The plan of blank hosts, and the run that followed."""

    plan: Any
    run: Any


@pytest.fixture(scope="package")
def blank(make_shared_lab: MakeLab, request: pytest.FixtureRequest) -> Depot:
    text = BACKUPS if request.config.getoption("--long") else first_tier(BACKUPS)
    return depot(make_shared_lab, "backups", text)


@pytest.fixture(scope="package")
def first(blank: Depot) -> First:
    return First(blank.operator.plan(), blank.operator.deploy())


@pytest.fixture(scope="package")
def backups(blank: Depot, first: First) -> Depot:
    """The deployed lab."""
    return blank


@pytest.fixture(scope="package")
def outages(make_shared_lab: MakeLab) -> Depot:
    """A deployed lab whose repositories may be away for long."""
    made = depot(make_shared_lab, "outages", OUTAGES)
    made.operator.deploy()
    return made


@pytest.fixture(scope="package", autouse=True)
def outage(request: pytest.FixtureRequest) -> float:
    """The moment when an object store and a repository's host went away, where a test that runs is about that; they
    have to be away for long, so it begins with whatever runs first."""
    if not any("later" in getattr(one, "fixturenames", ()) for one in request.session.items):
        return 0.0
    outages: Depot = request.getfixturevalue("outages")
    for node in ("o1", "p1"):
        outages.sql(node, "select 1")
        outages.postgres(node, "pgbench -q -i -s 1 shop")
        outages.archived(node)
        outages.lab.ssh(node, f"cd /; systemd-run -q --uid=postgres --unit=writes {WRITES}")
    faults.s3_stop(outages.lab.plan)
    faults.power_cut(outages.lab.plan, "pb")
    return time.monotonic()
