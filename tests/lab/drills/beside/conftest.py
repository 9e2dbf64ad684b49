"""The lab that the modules of this package share."""

import pytest

from ...backups.depot import Depot, depot
from ...conftest import MakeLab, shared_labs
from .environments import ASSERTION, DRILLS

ORDERS = """
    create table orders (id int primary key, lines int not null);
    insert into orders select g, 1 + g % 5 from generate_series(1, 20000) g"""

make_shared_lab = shared_labs()


@pytest.fixture(scope="package")
def drills(make_shared_lab: MakeLab) -> Depot:
    """A deployed lab with a table that an assertion asks."""
    made = depot(make_shared_lab, "drill", DRILLS)
    (made.lab.environment.parent / "orders.sql").write_text(ASSERTION)
    made.operator.deploy()
    made.sql("d1", ORDERS)
    made.archived("d1")
    return made
