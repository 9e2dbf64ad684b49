"""Buckets by the node that keeps them: left alone, made, or refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT

ENVIRONMENT = """
purpose: development
secrets: {from: environment, prefix: PLAN_}
clusters:
  alpha:
    postgresql: 17
    nodes:
      a1: {address: 198.18.64.11, duty: primary}
      a2: {address: 198.18.64.12, duty: repository}
    backups:
      repositories:
        near: {host: a2}
        far: {s3: {endpoint: s3.example.com, bucket: backups, create: CREATE}}
"""
DEPLOY = """
from pyinfra import host

from fleet import pgbackrest
from tasks import buckets
from tasks.member import member

here = member(host)
names = pgbackrest.keepers(here.cluster).get(here.name, ())
if names:
    buckets.ready(name="Backups: buckets are ready", member=here, names=names)
"""
NAME = "Backups: buckets are ready"
MISSING = {"state": "missing", "problem": {"what": "does not exist", "hint": "make it"}, "warnings": []}
READY = {"state": "ready", "problem": None, "warnings": []}
UNREACHABLE = {"state": "unreachable", "problem": {"what": "nobody answers", "hint": "wait"}, "warnings": []}

Deploy = Callable[..., Any]


@pytest.fixture
def deploy(pyinfra: Any, tmp_path: Path) -> Deploy:
    """Runs the operation. `told`: what the host says of the bucket, if it is not blank. `fails`: a part of a command.

    A fake host succeeds with whatever it is told to do: that a command was run shows by its failure.
    """

    def run(*arguments: str, told: Any = None, create: bool = False, fails: str = "no command") -> Any:
        (tmp_path / "stores").write_text((ROOT / "tests/plan/two").read_text())
        (tmp_path / "stores.yml").write_text(ENVIRONMENT.replace("CREATE", str(create).lower()))
        (tmp_path / "deploy.py").write_text(DEPLOY)
        answers = {"steward bucket check": [f"far={json.dumps(told)}"] if told else []}
        answers |= {f"a2:{fails}": {"success": False, "stderr": "the test says no"}}
        program = ("pyinfra", "--json", str(tmp_path / "stores"))
        return pyinfra(*arguments, deploy=str(tmp_path / "deploy.py"), answers=answers, program=program)

    return run


def test_a_bucket_that_is_there_is_left_alone(deploy: Deploy) -> None:
    plan = deploy("--dry", told=READY, create=True)
    assert plan.code == 0, plan.said
    assert plan.hosts(NAME) == set()


def test_a_missing_bucket_is_made_where_that_is_declared(deploy: Deploy) -> None:
    plan = deploy("--dry", told=MISSING, create=True)
    assert plan.hosts(NAME) == {"a2"}
    assert "the bucket backups of far is made where it is missing" in plan.said
    assert deploy("-y", told=MISSING, create=True).code == 0
    assert deploy("-y", told=MISSING, create=True, fails="steward bucket create").code == 1


def test_a_missing_bucket_is_refused_where_it_is_not(deploy: Deploy) -> None:
    refusal = "clusters.alpha.backups.repositories.far.s3: bucket backups: does not exist\n    HINT: make it"
    assert deploy("-y", told=MISSING, fails=refusal).result["results"]["failed_hosts"] == ["@fake/a2"]
    assert deploy("-y", told=MISSING, fails="steward bucket create").code == 0


def test_a_store_that_does_not_answer_is_told_although_buckets_are_made(deploy: Deploy) -> None:
    assert deploy("-y", told=UNREACHABLE, create=True, fails="bucket backups: nobody answers").code == 1
    assert deploy("-y", told=UNREACHABLE, create=True, fails="steward bucket create").code == 0


def test_a_host_that_is_still_blank_when_the_bucket_is_wanted_is_refused(deploy: Deploy) -> None:
    assert deploy("-y", fails="steward or pgBackRest is not there to look at it").code == 1


def test_the_plan_for_a_blank_host_names_the_bucket_that_may_be_made(deploy: Deploy) -> None:
    plan = deploy("--dry", create=True)
    assert plan.code == 0, plan.said
    assert plan.hosts(NAME) == {"a2"}
    assert deploy("--dry").hosts(NAME) == set()


def test_rules_that_eat_backups_are_told(deploy: Deploy) -> None:
    rule = {"what": "lifecycle rule tidy: deletes backups after 9 days", "hint": "let it spare them"}
    plan = deploy("--dry", told=READY | {"warnings": [rule]})
    assert "far: lifecycle rule tidy: deletes backups after 9 days" in plan.said
    assert plan.hosts(NAME) == set()
