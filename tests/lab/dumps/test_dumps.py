"""Dumps as an operator has them: declared, taken, sent away, and back again after everything here is gone."""

import json
import re
from pathlib import Path

import pytest

from fleet.drill import Report, report

from ...sql.examples import EXAMPLES
from ...tiers import one_first
from ..operator import eventually
from .conftest import First
from .environments import NODES
from .house import House

ALL = pytest.mark.parametrize("cluster", one_first(NODES, "thirteen"))


def test_the_plan_names_every_change_and_a_second_run_makes_none(first: First, blank: House) -> None:
    assert first.run.changed.keys() <= first.plan.planned.keys()
    assert blank.operator.plan().planned == {}
    assert blank.operator.deploy().changed == {}


def test_no_secret_of_a_target_is_on_a_host_where_others_could_read_it(dumps: House) -> None:
    named = dumps.operator.secrets.items()
    secrets = {value for name, value in named if "/offsite/" in name or "/vault/" in name}
    assert len(secrets) == 3
    for node in ("d1", "d2", "e1", "g1"):
        words = " ".join(f"-e '{secret}'" for secret in secrets)
        found = dumps.lab.attempt(node, f"grep -rlF {words} /etc /var/lib/pgsteward /var/log /usr/local 2>/dev/null")
        for path in found.stdout.split():
            assert dumps.lab.ssh(node, f"stat -c %a {path}").strip() in ("640", "600"), path


@ALL
def test_every_database_comes_back_as_it_was_after_all_that_is_here_is_gone(
    dumps: House, cluster: str, tmp_path: Path
) -> None:
    primary, taker = dumps.primary(cluster), dumps.taker(cluster)
    before = {database: dumps.content(primary, database) for database in EXAMPLES}
    assert all(sum(int(one.split(":")[0]) for one in tables.values()) > 1000 for tables in before.values())
    taken = dumps.take(cluster)
    assert taken.code == 0, taken.said
    manifests = {one["database"]: one for one in dumps.manifests(cluster)}
    assert {one["duty"] for one in manifests.values()} == {NODES[cluster][taker]}
    for database in EXAMPLES:
        counted = {name: int(rows.split(":")[0]) for name, rows in before[database].items()}
        assert {name: manifests[database]["rows"][name] for name in counted} == counted

    dumps.lab.ssh(taker, f"rm -r {dumps.place(cluster)}/*/")  # the mark of whose it is stays
    for database in EXAMPLES:
        dumps.sql(primary, f"drop database {database} with (force)")
    for database in EXAMPLES:
        done = dumps.fetch(tmp_path, cluster=cluster, **{"from": "offsite"}, id="latest", database=database)
        assert done.returncode == 0, done.stdout + done.stderr
        fetched = tmp_path / manifests[database]["id"]
        assert (fetched / "manifest.json").exists(), done.stdout + done.stderr
        back = dumps.restore(primary, dump=str(fetched), database=database, jobs="2")
        assert back.code == 0, back.said
        assert dumps.content(primary, database) == before[database]
    assert dumps.operator.plan().planned == {}, "a restored database is as the deploy wants it"


def test_a_dump_of_15_comes_back_on_18_under_another_name(dumps: House, tmp_path: Path) -> None:
    assert dumps.take("twelve", "rustylinks").code == 0
    newest = [one for one in dumps.manifests("twelve") if one["database"] == "rustylinks"][-1]
    done = dumps.fetch(tmp_path, cluster="twelve", **{"from": "offsite"}, id=newest["id"])
    assert done.returncode == 0, done.stdout + done.stderr
    back = dumps.restore("g1", dump=str(tmp_path / newest["id"]), database="rustylinks", **{"as": "from_fifteen"})
    assert back.code == 0, back.said
    assert dumps.content("g1", "from_fifteen") == dumps.content("e1", "rustylinks")
    dumps.sql("g1", "drop database from_fifteen")


def test_a_dump_comes_back_out_of_the_restic_repository_too(dumps: House, tmp_path: Path) -> None:
    assert dumps.take("thirteen", "stateset").code == 0
    newest = [one for one in dumps.manifests("thirteen") if one["database"] == "stateset"][-1]
    done = dumps.fetch(tmp_path, cluster="thirteen", **{"from": "vault"}, id=newest["id"])
    assert done.returncode == 0, done.stdout + done.stderr
    back = dumps.restore("d1", dump=str(tmp_path / newest["id"]), database="stateset", **{"as": "from_vault"})
    assert back.code == 0, back.said
    assert dumps.content("d1", "from_vault") == dumps.content("d1", "stateset")
    dumps.sql("d1", "drop database from_vault")


def test_a_database_that_is_there_is_never_overwritten_and_goes_aside_by_its_typed_name(dumps: House) -> None:
    assert dumps.take("twelve", "kennwilliamson").code == 0
    wanted = dumps.content("e1", "kennwilliamson")
    dumps.sql("e1", "delete from phrases", "kennwilliamson")
    spoilt = dumps.content("e1", "kennwilliamson")
    refused = dumps.restore("e1", dump="latest", database="kennwilliamson")
    assert refused.code != 0
    assert "HINT" in refused.said
    assert dumps.content("e1", "kennwilliamson") == spoilt
    wrong = dumps.restore("e1", dump="latest", database="kennwilliamson", replace="rustylinks")
    assert wrong.code != 0
    back = dumps.restore("e1", dump="latest", database="kennwilliamson", replace="kennwilliamson")
    assert back.code == 0, back.said
    assert dumps.content("e1", "kennwilliamson") == wanted
    aside = dumps.sql("e1", "select datname from pg_database where datname like 'kennwilliamson_before_%'")
    assert len(aside) == 1
    assert dumps.content("e1", aside[0]) == spoilt
    dumps.sql("e1", f'drop database "{aside[0]}"')


def test_one_table_comes_back_beside_what_is_there(dumps: House) -> None:
    assert dumps.take("twelve", "home_inventory").code == 0
    wanted = dumps.content("e1", "home_inventory")["public.items"]
    back = dumps.restore("e1", dump="latest", database="home_inventory", table="public.items", **{"as": "one_table"})
    assert back.code == 0, back.said
    assert dumps.content("e1", "one_table") == {"public.items": wanted}
    dumps.sql("e1", "drop database one_table")


# --- by itself


def at_once(dumps: House, command: str) -> dict[str, tuple[int, str]]:
    """What cron begins on both servers in the same minute."""
    for node in ("d1", "d2"):
        log = "/tmp/scheduled 2>&1; echo $? >> /tmp/scheduled"
        dumps.lab.ssh(node, f"cd /; (runuser -u postgres -- {command} > {log}) > /dev/null 2>&1 &")
    found = {}
    for node in ("d1", "d2"):
        eventually(lambda n=node: dumps.lab.ssh(n, "tail -1 /tmp/scheduled").strip().isdigit(), True, 120)  # type: ignore[misc]
        lines = dumps.lab.ssh(node, "cat /tmp/scheduled; rm /tmp/scheduled").splitlines()
        found[node] = int(lines[-1]), "\n".join(lines[:-1])
    return found


def on_node(dumps: House, node: str, database: str) -> int:
    """How many dumps of the database lie on the node."""
    return int(dumps.lab.ssh(node, f"ls -d /var/backups/pgsteward/thirteen/*-{database} 2>/dev/null | wc -l"))


def test_the_standby_takes_what_is_scheduled_and_the_primary_does_when_it_is_away(dumps: House) -> None:
    command = "steward dump take thirteen rustylinks --scheduled"
    before = {node: on_node(dumps, node, "rustylinks") for node in ("d1", "d2")}
    done = at_once(dumps, command)
    assert [code for code, _ in done.values()] == [0, 0], done
    assert on_node(dumps, "d1", "rustylinks") == before["d1"]
    assert on_node(dumps, "d2", "rustylinks") == before["d2"] + 1
    dumps.lab.ssh("d2", "systemctl stop postgresql@17-thirteen")
    try:
        eventually(lambda: dumps.sql("d1", "select count(*) from pg_stat_replication"), ["0"], 60)
        done = at_once(dumps, command)
        assert done["d1"][0] == 0, done
        assert on_node(dumps, "d1", "rustylinks") == before["d1"] + 1
        assert on_node(dumps, "d2", "rustylinks") == before["d2"] + 1
    finally:
        dumps.lab.ssh("d2", "systemctl start postgresql@17-thirteen")
    eventually(lambda: dumps.sql("d1", "select count(*) from pg_stat_replication"), ["1"], 60)


@ALL
def test_cron_proves_the_newest_dumps_in_bounds_and_leaves_nothing(dumps: House, cluster: str) -> None:
    """The line of cron itself, without its times."""
    taker = dumps.taker(cluster)
    taken = dumps.take(cluster)
    assert taken.code == 0, taken.said
    line = dumps.lab.ssh(taker, f"grep 'dump verify' /etc/cron.d/pgsteward-{cluster}")
    assert "MemoryMax" in line
    command = re.split(r" in [^)]*\) ", line)[1].rpartition(";;")[0].replace("\\%", "%")
    done = dumps.lab.attempt(taker, f"cd /; {command}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert dumps.lab.attempt(taker, "ls /var/lib/postgresql/restored/* 2>/dev/null").stdout == ""
    listed = dumps.postgres(taker, f"steward dump list {cluster}")
    assert "verified" in listed
    assert dumps.check(taker, cluster) == []


def test_status_shows_the_last_good_and_the_last_verified_dump_of_every_database_and_target(dumps: House) -> None:
    done = dumps.operator.status()
    for word in (*EXAMPLES, "offsite", "vault"):
        assert word in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout + done.stderr


def test_production_is_not_written_to_by_a_verification(dumps: House) -> None:
    assert dumps.take("fourteen", "stateset").code == 0
    before = dumps.content("g1", "stateset")
    dumps.postgres("g1", "steward dump verify fourteen")
    assert dumps.content("g1", "stateset") == before


# --- a drill that has nothing but dumps


def drill(dumps: House) -> tuple[int, Report]:
    """One by the operator's own command, on the node that is declared for it."""
    done = dumps.operator.pyinfra("-y", "--limit", "thirteen", "--data", "kind=dump", deploy="backup/drill.py")
    text = dumps.lab.ssh("d2", "cat $(ls -t /var/lib/pgsteward/thirteen/drills/*-dump.json | head -n 1)")
    return done.code, report(json.loads(text))


def test_a_drill_brings_every_database_back_from_its_dump_and_leaves_nothing(dumps: House) -> None:
    assert dumps.take("thirteen").code == 0
    before = {database: dumps.content("d1", database) for database in EXAMPLES}
    code, found = drill(dumps)
    assert (code, found.problems) == (0, ())
    assert [one.name for one in found.phases] == ["start", "restore", "first write", "proof"]
    assert found.rto is not None and found.rto < 300
    proved = [one.what for one in found.proof if one.ok]
    assert [one for one in proved if one.endswith("products_have_names.sql returns no rows in stateset")]
    for database in EXAMPLES:
        assert f"{database}: every file is what was written" in proved
        assert dumps.content("d1", database) == before[database]
    assert dumps.lab.ssh("d2", "find /var/lib/postgresql/drills -mindepth 1; pgrep -fc '/[d]rills/'; true") == "0\n"
    assert "drill dump of thirteen" in dumps.lab.ssh("d2", "cat /var/lib/pgsteward/thirteen/drilled.txt")
    parts = ", ".join(f"{one.name} {one.seconds:.1f} s" for one in found.phases)
    print(f"dump: RTO {found.rto:.1f} s, RPO {found.rpo:.0f} s; {parts}")


def test_a_drill_says_which_dump_is_not_what_was_written(dumps: House) -> None:
    assert dumps.take("thirteen", "stateset").code == 0
    newest = [one for one in dumps.manifests("thirteen") if one["database"] == "stateset"][-1]
    data = f"{dumps.place('thirteen')}/{newest['id']}/data"
    largest = dumps.lab.ssh("d2", f"ls -S {data} | head -n 1").strip()
    dumps.lab.ssh("d2", f"printf 'X' | dd of={data}/{largest} bs=1 seek=2000 conv=notrunc status=none")
    try:
        code, found = drill(dumps)
        assert dumps.found("d2", "thirteen", "drill-dump")
    finally:
        dumps.lab.ssh("d2", f"rm -r {dumps.place('thirteen')}/{newest['id']}")
    assert code != 0
    assert not found.ok
    assert newest["id"] in found.problems[0] or f"{largest} is not what was written" in "; ".join(found.problems)
    assert drill(dumps)[0] == 0, "the dump before it is a good one"
