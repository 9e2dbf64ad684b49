"""The four example databases on three releases (the first tier: one): planned, gated, migrated, on standbys, too."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..sql.examples import generator
from ..tiers import one_first
from .operator import ROOT, Operator, eventually

Clusters = dict[str, tuple[str, str, int]]

DATABASES = ("rustylinks", "kennwilliamson", "home_inventory", "stateset")
CLUSTERS: Clusters = {"twelve": ("m1", "m2", 15), "thirteen": ("n1", "n2", 17), "fourteen": ("q1", "q2", 18)}


ALL = pytest.mark.parametrize("cluster", one_first(CLUSTERS, "thirteen"))


def environment(wanted: Clusters) -> str:
    """The roles, databases and rules of inventories/lab.yml, on clusters of two nodes."""
    lab = yaml.safe_load((ROOT / "inventories" / "lab.yml").read_text(encoding="utf-8"))["clusters"]["main"]
    clusters = {}
    for number, (name, (primary, standby, version)) in enumerate(wanted.items()):
        nodes = {
            primary: {"address": f"198.18.136.{11 + 10 * number}", "duty": "primary", "hardware": {"memory": "1GB"}},
            standby: {"address": f"198.18.136.{12 + 10 * number}", "duty": "standby", "hardware": {"memory": "1GB"}},
        }
        kept = {
            key: {one: lab[key][one] for one in lab[key] if not one.startswith("shop")}
            for key in ("roles", "databases")
        }
        for database, one in kept["databases"].items():
            one["migrations"] = {"folder": str(ROOT / "migrations" / database)}
        clusters[name] = copy.deepcopy({"postgresql": version, "connections": 60, "nodes": nodes, **kept})
    ssh = {
        "user": "root",
        "key": "/var/lib/pgsteward-lab/id_ed25519",
        "known_hosts": "/var/lib/pgsteward-lab/labs/migrations/known_hosts",
    }
    suites = {"m1": "bookworm", "m2": "bookworm", "q1": "forky", "q2": "forky"}
    return yaml.safe_dump(
        {
            "purpose": "development",
            "secrets": {"from": "file", "path": "DIRECTORY/secrets.yml"},
            "ssh": ssh,
            "clusters": clusters,
            "x-lab": {
                "network": "198.18.136.0/24",
                "disk": "2GB",
                "installed": True,
                "nodes": {
                    node: {"suite": suite}
                    for node, suite in suites.items()
                    if any(node in one for one in wanted.values())
                },
            },
        }
    )


@pytest.fixture(scope="module")
def clusters(request: pytest.FixtureRequest) -> Clusters:
    """Those of this tier."""
    return CLUSTERS if request.config.getoption("--long") else {"thirteen": CLUSTERS["thirteen"]}


@pytest.fixture(scope="module")
def lab(make_lab: Callable[..., Any], clusters: Clusters) -> Any:
    return make_lab("migrations", environment(clusters))


@pytest.fixture(scope="module")
def operator(lab: Any) -> Operator:
    made = Operator(lab.environment)
    made.generate_secrets()
    return made


@pytest.fixture(scope="module")
def first(operator: Operator) -> Any:
    return operator.plan(), operator.deploy()


def sql(lab: Any, node: str, query: str, database: str) -> list[str]:
    return lab.ssh(node, f'cd /; runuser -u postgres -- psql -XqAt -d {database} -c "{query}"').splitlines()


def files(database: str) -> list[Path]:
    return sorted((ROOT / "migrations" / database).glob("*.up.sql"))


def test_the_plan_of_a_blank_host_lists_every_migration_by_name(first: Any, clusters: Clusters) -> None:
    plan, run = first
    for database in DATABASES:
        assert all(path.name in plan.said for path in files(database))
        assert plan.planned[f"Migrations: {database} has all of them"] == {one[0] for one in clusters.values()}
    assert run.changed.keys() <= plan.planned.keys()


@ALL
def test_every_migration_is_applied_and_the_standby_follows(first: Any, lab: Any, cluster: str) -> None:
    primary, standby, _ = CLUSTERS[cluster]
    applied = "select count(*), bool_and(success) from _sqlx_migrations"
    for database in DATABASES:
        assert sql(lab, primary, applied, database) == [f"{len(files(database))}|t"]
        owned = "select distinct tableowner from pg_tables where schemaname = 'public'"
        assert sql(lab, primary, owned, database) == [database]
        eventually(lambda d=database: sql(lab, standby, applied, d), [f"{len(files(database))}|t"], 30)  # type: ignore[misc]


def test_a_second_run_changes_nothing(first: Any, operator: Operator) -> None:
    assert operator.plan().planned == {}
    assert operator.deploy().changed == {}


@ALL
def test_the_application_changes_rows_and_nothing_else(first: Any, lab: Any, cluster: str) -> None:
    primary = CLUSTERS[cluster][0]
    insert = (
        "set role rustylinks_app; insert into users (email, password_hash, name) values ('a@example.com', 'x', 'A')"
    )
    columns = sql(
        lab, primary, "select column_name from information_schema.columns where table_name = 'users'", "rustylinks"
    )
    assert "email" in columns
    done = lab.attempt(primary, f'cd /; runuser -u postgres -- psql -XqAt -d rustylinks -c "{insert}"')
    assert "permission denied" not in done.stderr
    refused = lab.attempt(
        primary, "cd /; runuser -u postgres -- psql -XqAt -d rustylinks -c 'set role rustylinks_app; drop table links'"
    )
    assert "must be owner of table links" in refused.stderr


def test_generated_data_fits_every_schema(first: Any, lab: Any, clusters: Clusters) -> None:
    for primary, _, _ in clusters.values():
        for database in DATABASES:
            seeds = sorted((ROOT / "seeds" / database).glob("*.sql")) if (ROOT / "seeds" / database).is_dir() else []
            for script in (*(path.read_text(encoding="utf-8") for path in seeds), generator(database)):
                prefix = f"set role {database}; set pgsteward.scale = '0.05';\n"
                psql = f"cd /; runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d {database} -f - <<'END'\n"
                lab.ssh(primary, f"{psql}{prefix}{script}\nEND")


def test_an_edited_migration_is_refused_before_any_host_is_touched(
    first: Any, lab: Any, operator: Operator, tmp_path: Path
) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(ROOT / "migrations" / "rustylinks", folder)
    path = sorted(folder.glob("*.up.sql"))[0]
    path.write_text(path.read_text(encoding="utf-8") + "-- edited\n", encoding="utf-8")
    document = operator.document
    kept = operator.file.read_text(encoding="utf-8")
    document["clusters"]["thirteen"]["databases"]["rustylinks"]["migrations"]["folder"] = str(folder)
    operator.file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    try:
        for outcome in (operator.plan(), operator.pyinfra("-y")):
            assert outcome.code == 1
            assert "it was edited after it was applied" in outcome.said
            assert path.name in outcome.said
            assert outcome.result["results"] is None
    finally:
        operator.file.write_text(kept, encoding="utf-8")


def test_a_new_migration_waits_for_its_gates_and_runs_when_they_are_open(
    first: Any, lab: Any, operator: Operator, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    shutil.copytree(ROOT / "migrations" / "rustylinks", folder)
    (folder / "29990101000000_more.up.sql").write_text("create table more (id bigint primary key);\n")
    (folder / "29990101000000_more.down.sql").write_text("drop table more;\n")
    kept = operator.file.read_text(encoding="utf-8")
    document = operator.document
    wanted = document["clusters"]["thirteen"]["databases"]["rustylinks"]["migrations"]
    wanted |= {"folder": str(folder), "transaction": "1s"}
    operator.file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    try:
        plan = operator.plan()
        assert plan.planned == {"Migrations: rustylinks has all of them": {"n1"}}
        assert "29990101000000_more.up.sql" in plan.said
        sleep = "psql -XqAt -d rustylinks -c 'begin; select 1; select pg_sleep(3600)'"
        lab.ssh("n1", f"cd /; systemd-run -q --uid=postgres --unit=sleeper {sleep}; sleep 2")
        refused = operator.pyinfra("-y")
        assert refused.code != 0
        assert "a transaction is open for" in refused.said
        assert sql(lab, "n1", "select to_regclass('more') is null", "rustylinks") == ["t"]
        wanted["waive"] = {"transactions": "the sleeper locks nothing"}
        operator.file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        outcome = operator.deploy()
        assert outcome.changed == {"Migrations: rustylinks has all of them": {"n1"}}
        assert sql(lab, "n1", "select to_regclass('more') is null", "rustylinks") == ["f"]
        assert operator.plan().planned == {}
    finally:
        lab.attempt("n1", "systemctl stop sleeper")
        operator.file.write_text(kept, encoding="utf-8")


def test_owners_log_in_for_migrations_alone_and_there_is_no_way_up(first: Any, lab: Any, clusters: Clusters) -> None:
    owners = "select rolcanlogin, rolpassword is null, rolconnlimit from pg_authid where rolname = 'stateset'"
    for node, _, _ in clusters.values():
        assert sql(lab, node, owners, "stateset") == ["t|t|5"]
        psql = "psql -XqAt -U stateset -d stateset -c"
        up = "reset role; alter role stateset superuser"
        refused = lab.attempt(node, f"cd /; runuser -u postgres -- {psql} '{up}'")
        assert "must be superuser" in refused.stderr or "permission denied" in refused.stderr
        assert "Peer authentication failed" in lab.attempt(node, f"cd /; {psql} 'select 1'").stderr


def test_the_host_itself_tells_how_its_migrations_stand(first: Any, lab: Any) -> None:
    said = lab.ssh(
        "n1",
        "cd /; runuser -u postgres -- env PGDATABASE=stateset PGUSER=stateset PGHOST=/var/run/postgresql "
        "steward migrate status --folder /var/lib/pgsteward/thirteen/migrations/stateset --json",
    )
    assert json.loads(said)
