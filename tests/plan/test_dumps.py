"""Dumps in a deploy and by an operator's hand: what is planned where, what is refused, and what is never said."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.steward.dump.world import NOW, manifest

from .conftest import ROOT

AGE = "age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"
ENVIRONMENT = """
purpose: development
secrets: {from: environment, prefix: PLAN_}
clusters:
  alpha:
    postgresql: 17
    nodes:
      a1: {address: 198.18.64.11, duty: primary}
      a2: {address: 198.18.64.12, duty: standby}
      a3: {address: 198.18.64.13, duty: standby, delay: 1h}
    roles: {shop: {}, shop_app: {login: true}}
    databases: {shop: {owner: shop}, stock: {owner: shop}, log: {owner: shop, dump: false}}
    dumps:
      encryption: SEALED
      targets:
        offsite: {s3: {endpoint: s3.example.com, bucket: dumps, create: true, authority: tls/store.pem}}
        vault: {restic: {repository: "sftp:me@vault.example.com:/srv/restic"}}
"""
SECRETS = {
    "ALPHA_OFFSITE_S3_KEY": "a key of the store",
    "ALPHA_OFFSITE_S3_SECRET": "a secret of the store",
    "ALPHA_VAULT_PASSWORD": "a password of restic",
}
KNOWN = "Dumps: their place and their targets are known"
READY = "Dumps: buckets are ready"
NO = {"success": False, "stderr": "the test says no"}
ID = manifest().id

Deploy = Callable[..., Any]


@pytest.fixture
def deploy(pyinfra: Any, tmp_path: Path) -> Deploy:
    """Runs a file of the project on the fake fleet of an environment with dumps."""
    (tmp_path / "inventories").mkdir()
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls/store.pem").write_text("a certificate\n")

    def run(*arguments: str, sealed: str = f"{{age: [{AGE}]}}", **more: Any) -> Any:
        (tmp_path / "inventories/alpha").write_text((ROOT / "tests/plan/two").read_text())
        (tmp_path / "inventories/alpha.yml").write_text(ENVIRONMENT.replace("SEALED", sealed))
        program = ("pyinfra", "--json", str(tmp_path / "inventories/alpha"))
        return pyinfra(*arguments, program=program, secrets=SECRETS, **more)

    return run


def assert_failed(run: Any) -> None:
    """A fake host succeeds with whatever it is told to do: that a command was run shows by its failure."""
    assert run.code == 1, run.said
    assert "the test says no" in run.said


def refused(run: Any) -> str:
    assert run.code == 1, run.said
    assert run.result["results"] is None
    assert "Traceback" not in run.said
    assert "HINT: " in run.said
    return str(run.said)


def test_every_server_gets_a_place_for_dumps_and_the_primary_looks_at_the_buckets(deploy: Deploy) -> None:
    plan = deploy("--dry")
    assert plan.code == 0, plan.said
    assert plan.hosts(KNOWN) == {"a1", "a2", "a3"}
    assert re.search(r"\[.*a3.*\] packages: install .*\bage, ", plan.said)
    assert plan.hosts(READY) == {"a1"}
    assert "/etc/pgsteward/alpha/targets.json is written" in plan.said
    assert "the bucket dumps of offsite is made where it is missing" in plan.said
    assert plan.names.index(KNOWN) < plan.names.index("Primary: PostgreSQL runs") < plan.names.index(READY)


def test_a_bucket_that_is_refused_fails_the_primary(deploy: Deploy) -> None:
    told = {"state": "refused", "problem": {"what": "denies listing", "hint": "allow it"}, "warnings": []}
    refusal = "clusters.alpha.dumps.targets.offsite.s3: bucket dumps: denies listing\n    HINT: allow it"
    answers = {
        "steward bucket check": [f"offsite={json.dumps(told)}"],
        f"a1:{refusal}": NO,
    }
    assert_failed(deploy("-y", answers=answers))


def test_a_missing_secret_of_a_target_is_named(deploy: Deploy) -> None:
    said = refused(deploy("-y", answers={}, without=("ALPHA_OFFSITE_S3_SECRET",)))
    assert "PLAN_ALPHA_OFFSITE_S3_SECRET" in said


def test_files_of_keys_and_authorities_that_are_not_there_are_refused_at_once(deploy: Deploy, tmp_path: Path) -> None:
    (tmp_path / "private.asc").write_text("-----BEGIN PGP PRIVATE KEY BLOCK-----\n")
    (tmp_path / "tls/store.pem").unlink()
    said = refused(deploy("-y", sealed="{gpg: [keys/dumps.asc, private.asc]}"))
    assert "clusters.alpha.dumps.encryption.gpg[0]: keys/dumps.asc does not exist" in said
    assert "clusters.alpha.dumps.encryption.gpg[1]: private.asc holds a private key" in said
    assert "clusters.alpha.dumps.targets.offsite: tls/store.pem does not exist" in said


@pytest.mark.parametrize("mode", ["--dry", "-y"])
def test_no_secret_of_a_target_is_said_by_a_run_that_says_everything(deploy: Deploy, mode: str) -> None:
    run = deploy(mode, "-vvv", "--diff")
    assert run.code == 0, run.said
    assert not [value for value in SECRETS.values() if value in run.said or value in json.dumps(run.result)]


# --- by hand

TAKE = "backup/take.py"
RESTORE = "backup/restore.py"


def test_a_dump_by_hand_is_taken_by_a_standby_and_sent(deploy: Deploy) -> None:
    assert_failed(deploy("-y", "--data", "dump=shop", deploy=TAKE, answers={"a2:steward dump take alpha shop": NO}))
    plan = deploy("--dry", "--data", "dump=all", deploy=TAKE)
    assert plan.hosts("Dumps: one now (all)") == {"a2"}
    assert "a dump of shop" in plan.said
    assert "a dump of stock" in plan.said
    assert "a dump of log" not in plan.said


def test_a_dump_by_hand_is_taken_where_the_run_is_limited_to(deploy: Deploy) -> None:
    plan = deploy("--dry", "--limit", "@fake/a1", "--data", "dump=shop", deploy=TAKE)
    assert plan.hosts("Dumps: one now (shop)") == {"a1"}


@pytest.mark.parametrize(("name", "hint"), [("shp", "did you mean shop?"), ("log", "shop, stock, or all")])
def test_a_database_that_is_not_dumped_is_refused(deploy: Deploy, name: str, hint: str) -> None:
    assert hint in refused(deploy("-y", "--data", f"dump={name}", deploy=TAKE))


def listed(at: int = NOW, sequence: int = 1) -> list[str]:
    """What `steward dump list` says of one dump."""
    return [json.dumps([{"manifest": manifest(at, sequence=sequence).brief().document(), "verified": None}])]


def test_a_dump_comes_back_on_the_primary(deploy: Deploy) -> None:
    data = ("--data", f"dump={ID}", "--data", "as=shop_before", "--data", "table=public.orders", "--data", "jobs=4")
    command = f"dump restore alpha {ID} --as=shop_before --table=public.orders --jobs=4"
    answers = {"a1:The dumps that lie on this host": listed(), f"a1:{command}": NO}
    run = deploy("-y", *data, deploy=RESTORE, answers=answers)
    assert_failed(run)
    assert f"the dump {ID} of a1: public.orders of it comes back as shop_before" in run.said


def test_the_latest_dump_comes_back_from_whichever_server_holds_it(deploy: Deploy) -> None:
    newer = manifest(NOW + 60).id
    answers = {
        "a1:The dumps that lie on this host": listed(),
        "a2:The dumps that lie on this host": listed(NOW + 60, sequence=2),
    }
    plan = deploy("--dry", "--data", "dump=latest", "--data", "database=shop", deploy=RESTORE, answers=answers)
    assert f"the dump {newer} of a2: all of it comes back" in plan.said
    assert plan.hosts("Restore: the dump comes back") == {"a1"}


def test_a_dump_that_no_server_holds_is_refused_with_where_it_may_be(deploy: Deploy) -> None:
    refusal = f"{ID}: no server of alpha holds such a dump"
    assert_failed(deploy("-y", "--data", f"dump={ID}", deploy=RESTORE, answers={f"a1:{refusal}": NO}))


def test_a_dump_of_this_machine_goes_along(deploy: Deploy, tmp_path: Path) -> None:
    directory = tmp_path / ID
    directory.mkdir()
    (directory / "manifest.json").write_text(str(manifest()))
    data = ("--data", f"dump={directory}", "--data", "replace=shop")
    run = deploy("-y", *data, deploy=RESTORE, answers={"a1:Restores a dump that comes through": NO})
    assert_failed(run)
    assert "shop is put aside first" in run.said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (("dump=latest",), "database: is missing"),
        (("dump=yesterday",), "yesterday: is no name of a dump"),
        ((f"dump={ID}", "database=stock"), f"database: {ID} is a dump of shop"),
        (("dump=./nowhere",), "cannot be read: no such file or directory"),
        ((f"dump={ID}", "schema=a", "table=a.b"), "table: has its schema in its name"),
        ((f"dump={ID}", "table=orders"), "table: orders does not say where it is"),
        ((f"dump={ID}", "jobs=many"), "jobs: many is no number of jobs"),
        ((f"dump={ID}", "time=2026-11-21 12:00:00Z"), "time: is not for dumps"),
        ((f"dump={ID}", "in_place=alpha"), "in_place: is not for dumps"),
        (("as=shop_before",), "as: is for dumps"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(deploy: Deploy, data: tuple[str, ...], says: str) -> None:
    words = [word for one in data for word in ("--data", one)]
    assert says in refused(deploy("-y", *words, deploy=RESTORE))
