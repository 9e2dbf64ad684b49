"""The lab of every kind of drill: deployed, filled, backed up and dumped."""

import pyrage
import pytest
import yaml

from ...backups.depot import Depot
from ...conftest import MakeLab, shared_labs
from ...operator import Operator
from .environments import ASSERTION, EVERY

SCALE = 40  # of pgbench: some 600 MB

make_shared_lab = shared_labs()


@pytest.fixture(scope="package")
def every(make_shared_lab: MakeLab) -> Depot:
    key = pyrage.x25519.Identity.generate().to_public()
    lab = make_shared_lab("every", EVERY.replace("RECIPIENT", str(key)))
    operator = Operator(lab.environment)
    store = operator.document["x-lab"]["s3"]
    secrets = lab.environment.parent / "secrets.yml"
    secrets.touch(mode=0o600)
    known = {f"shop/{name}/s3_{what}": store[what] for name in ("far", "offsite") for what in ("key", "secret")}
    secrets.write_text(yaml.safe_dump(known), encoding="utf-8")
    (lab.environment.parent / "accounts_have_branches.sql").write_text(ASSERTION, encoding="utf-8")
    operator.generate_secrets()
    operator.deploy()
    made = Depot(lab, operator)
    made.postgres("pg1", f"pgbench -q -i -s {SCALE} shop")
    made.archived("pg1")
    for repository, keeper in (("near", "backup1"), ("far", "pg1")):
        made.postgres(keeper, f"steward backup shop {repository} full")
    return made
