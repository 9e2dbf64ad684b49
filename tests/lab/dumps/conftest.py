"""The lab with filled databases that the modules of this package share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest
import yaml

from ...sql.examples import EXAMPLES, generator
from ..conftest import MakeLab, shared_labs
from ..operator import ROOT, Operator
from .environments import ASSERTION, NODES, STORE, environment
from .house import House

make_shared_lab = shared_labs()


@dataclass(frozen=True)
class First:
    """The plan of blank hosts, and the run that followed."""

    plan: Any
    run: Any


@pytest.fixture(scope="package")
def blank(make_shared_lab: MakeLab, tmp_path_factory: pytest.TempPathFactory) -> House:
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path_factory.mktemp("keys") / "identity.txt"
    key.touch(mode=0o600)
    key.write_text(f"{identity}\n", encoding="utf-8")
    lab = make_shared_lab("dumps", environment(str(identity.to_public())))
    operator = Operator(lab.environment)
    (lab.environment.parent / "products_have_names.sql").write_text(ASSERTION, encoding="utf-8")
    secrets = lab.environment.parent / "secrets.yml"
    secrets.touch(mode=0o600)
    known = {}
    for cluster, declared in operator.document["clusters"].items():
        for target in declared["dumps"]["targets"]:
            known |= {f"{cluster}/{target}/s3_{what}": STORE[what] for what in ("key", "secret")}
    secrets.write_text(yaml.safe_dump(known), encoding="utf-8")
    operator.generate_secrets()
    return House(lab, operator, key)


@pytest.fixture(scope="package")
def first(blank: House) -> First:
    return First(blank.operator.plan(), blank.operator.deploy())


@pytest.fixture(scope="package")
def dumps(blank: House, first: First, request: pytest.FixtureRequest) -> Iterator[House]:
    """Deployed, and every database holds some megabytes: in the second tier ten."""
    scale = f"set pgsteward.scale = '{1 if request.config.getoption('--long') else 0.3}';\n"
    for cluster in NODES:
        for database in EXAMPLES:
            seeds = sorted((ROOT / "seeds" / database).glob("*.sql"))
            for script in (*map(Path.read_text, seeds), generator(database)):
                blank.script(blank.primary(cluster), database, scale + script)
    yield blank
