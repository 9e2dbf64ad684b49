"""The labs that the modules of this package share."""

from dataclasses import dataclass
from typing import Any

import pytest

from ..conftest import MakeLab, shared_labs
from .depot import Depot, depot
from .environments import BACKUPS, OUTAGES, first_tier

make_shared_lab = shared_labs()


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


@pytest.fixture(scope="package")
def outage() -> dict[str, float]:
    """When the long outage began."""
    return {}
