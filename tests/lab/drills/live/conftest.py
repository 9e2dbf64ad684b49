"""The lab that the live drills share: deployed once, handed from node to node."""

import pytest

from ...conftest import MakeLab, shared_labs
from ...operator import Operator
from .cluster import Live, prepared
from .environments import LIVE

make_shared_lab = shared_labs()


@pytest.fixture(scope="package")
def operator(make_shared_lab: MakeLab) -> Operator:
    lab = make_shared_lab("live", LIVE)
    found = prepared(lab, lab.environment.parent / "secrets.yml")
    found.lab = lab  # type: ignore[attr-defined]
    found.deploy()
    return found


@pytest.fixture
def shop(operator: Operator) -> Live:
    """Three servers; commits wait for one of two."""
    return Live(operator.lab, operator, "shop")  # type: ignore[attr-defined]


@pytest.fixture
def lone(operator: Operator) -> Live:
    """Two servers; commits wait for nobody, and there is no repository."""
    return Live(operator.lab, operator, "lone")  # type: ignore[attr-defined]
