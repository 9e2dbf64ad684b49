"""What goes wrong with dumps: nothing is lost, the last good one stays, and somebody is told."""

from pathlib import Path

import pyrage
import pytest

from lab import faults

from ...sql.examples import EXAMPLES
from ...tiers import one_first
from ..operator import eventually
from .environments import NODES, ON_THE_DATA_DISK
from .house import House

ALL = pytest.mark.parametrize("cluster", one_first(NODES, "twelve"))
FLIP = """python3 -c "
path = '{}'
content = bytearray(open(path, 'rb').read())
content[len(content) // 2] ^= 1
open(path, 'wb').write(content)"
"""
LEFT = "find {} -mindepth 1 -maxdepth 1 -name '.partial-*' | wc -l"


def left(dumps: House, cluster: str) -> int:
    """How many half dumps lie about."""
    return int(dumps.lab.ssh(dumps.taker(cluster), LEFT.format(dumps.place(cluster))))


@ALL
def test_a_killed_dump_is_told_and_cleaned_by_the_next(dumps: House, cluster: str) -> None:
    taker = dumps.taker(cluster)
    kept = [one["id"] for one in dumps.manifests(cluster)]
    run = f"(runuser -u postgres -- steward dump take {cluster} stateset > /dev/null 2>&1 &)"
    wait = f"until ls -d {dumps.place(cluster)}/.partial-*/data > /dev/null 2>&1; do sleep 0.01; done"
    kill = "pkill -9 -f 's[t]eward.pyz dump take'; true"
    dumps.lab.ssh(taker, f"cd /; {run}; {wait}; {kill}")
    assert [one["id"] for one in dumps.manifests(cluster)] == kept
    assert left(dumps, cluster) == 1
    eventually(lambda: dumps.attempt(taker, f"steward dump take {cluster} stateset")[0], 0, 60)
    assert left(dumps, cluster) == 0
    assert set(kept) < {one["id"] for one in dumps.manifests(cluster)}
    assert dumps.lab.ssh(taker, "pgrep -c pg_dump; true").strip() == "0"


def test_a_full_disk_refuses_the_dump_before_it_begins_and_keeps_the_last(dumps: House) -> None:
    kept = [one["id"] for one in dumps.manifests("twelve")]
    faults.fill(dumps.lab.plan, "e1")
    try:
        code, said = dumps.attempt("e1", "steward dump take twelve stateset")
    finally:
        faults.unfill(dumps.lab.plan, "e1")
    assert code == 1
    assert "HINT" in said
    assert "free" in said
    assert left(dumps, "twelve") == 0
    assert [one["id"] for one in dumps.manifests("twelve")] == kept
    assert dumps.attempt("e1", "steward dump take twelve stateset")[0] == 0


def test_a_disk_that_fills_up_meanwhile_leaves_no_half_dump(dumps: House) -> None:
    """pg_dump stands still while the space goes that was there when it began."""
    kept = [one["id"] for one in dumps.manifests("twelve")]
    run = "runuser -u postgres -- steward dump take twelve stateset > /tmp/said 2>&1; echo $? > /tmp/code"
    begun = f"until ls -d {ON_THE_DATA_DISK}/twelve/.partial-*/data > /dev/null 2>&1; do sleep 0.01; done"
    dumps.lab.ssh("e1", f"cd /; rm -f /tmp/code; ({run}) > /dev/null 2>&1 & {begun}; pkill -STOP -x pg_dump")
    faults.fill(dumps.lab.plan, "e1")
    try:
        dumps.lab.ssh("e1", "pkill -CONT -x pg_dump")
        eventually(lambda: dumps.lab.attempt("e1", "test -s /tmp/code").returncode, 0, 60)
    finally:
        faults.unfill(dumps.lab.plan, "e1")
    assert dumps.lab.ssh("e1", "cat /tmp/code") == "1\n"
    assert "HINT" in dumps.lab.ssh("e1", "cat /tmp/said")
    assert left(dumps, "twelve") == 0
    assert [one["id"] for one in dumps.manifests("twelve")] == kept
    assert dumps.attempt("e1", "steward dump take twelve stateset")[0] == 0


def test_a_store_that_is_away_keeps_nothing_from_being_dumped_and_gets_it_later(dumps: House) -> None:
    faults.s3_stop(dumps.lab.plan)
    try:
        code, said = dumps.attempt("g1", "steward dump take fourteen kennwilliamson")
        newest = dumps.manifests("fourteen")[-1]
        assert newest["database"] == "kennwilliamson"
        assert code != 0
        assert "offsite" in said
        assert dumps.found("g1", "fourteen", "dump-send-offsite connections")
    finally:
        faults.s3_start(dumps.lab.plan)
    dumps.postgres("g1", "steward dump send fourteen")
    assert (dumps.bucket / "dumps" / "fourteen" / newest["id"] / "manifest.json").exists()
    assert dumps.check("g1", "fourteen") == []


def test_a_store_that_answers_with_errors_is_told_and_nothing_half_is_seen_there(dumps: House) -> None:
    faults.s3_errors(dumps.lab.plan)
    try:
        code, said = dumps.attempt("g1", "steward dump take fourteen rustylinks")
        assert code != 0
        assert "offsite" in said
        assert "Traceback" not in said
    finally:
        faults.s3_stop(dumps.lab.plan)
        faults.s3_start(dumps.lab.plan)
    newest = dumps.manifests("fourteen")[-1]
    assert not (dumps.bucket / "dumps" / "fourteen" / newest["id"] / "manifest.json").exists()
    dumps.postgres("g1", "steward dump send fourteen")
    assert (dumps.bucket / "dumps" / "fourteen" / newest["id"] / "manifest.json").exists()


def test_a_slow_store_gets_it_all_the_same(dumps: House) -> None:
    faults.slow(dumps.lab.plan, "g1", "4mbit")
    try:
        dumps.postgres("g1", "steward dump take fourteen home_inventory")
    finally:
        faults.heal(dumps.lab.plan)
    newest = dumps.manifests("fourteen")[-1]
    assert (dumps.bucket / "dumps" / "fourteen" / newest["id"] / "manifest.json").exists()


def test_the_wrong_age_key_is_said_and_leaves_nothing(dumps: House, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.touch(mode=0o600)
    wrong.write_text(f"{pyrage.x25519.Identity.generate()}\n", encoding="utf-8")
    into = tmp_path / "into"
    done = dumps.fetch(into, wrong, cluster="fourteen", **{"from": "offsite"}, id="latest", database="rustylinks")
    assert done.returncode != 0
    assert "HINT" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(into.glob("*/manifest.json"))


@ALL
def test_a_flipped_bit_in_a_dump_is_found_by_its_verification_and_told(dumps: House, cluster: str) -> None:
    taker = dumps.taker(cluster)
    dumps.postgres(taker, f"steward dump take {cluster} home_inventory")
    newest = dumps.manifests(cluster)[-1]
    largest = max((name for name in newest["files"]), key=lambda name: newest["files"][name]["size"])
    path = f"{dumps.place(cluster)}/{newest['id']}/{largest}"
    dumps.lab.ssh(taker, FLIP.format(path))
    code, said = dumps.attempt(taker, f"steward dump verify {cluster} {newest['id']}")
    assert code == 1
    assert largest in said
    assert dumps.found(taker, cluster, f"home_inventory {newest['id']}")
    dumps.postgres(taker, f"steward dump take {cluster} home_inventory")
    dumps.postgres(taker, f"steward dump verify {cluster}")
    assert not dumps.found(taker, cluster, "home_inventory")


def test_a_flipped_bit_at_the_store_is_found_and_told(dumps: House, tmp_path: Path) -> None:
    dumps.postgres("g1", "steward dump take fourteen kennwilliamson")
    newest = dumps.manifests("fourteen")[-1]
    sealed = next((dumps.bucket / "dumps" / "fourteen" / newest["id"]).glob("dump.tar.*"))
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.write_bytes(content)
    code, said = dumps.attempt("g1", f"steward dump verify fourteen {newest['id']}")
    assert code == 1
    assert "offsite" in said
    assert dumps.found("g1", "fourteen", "kennwilliamson offsite")
    done = dumps.fetch(tmp_path, cluster="fourteen", **{"from": "offsite"}, id=newest["id"])
    assert done.returncode != 0
    assert not list(tmp_path.glob("*/manifest.json"))
    dumps.postgres("g1", "steward dump take fourteen kennwilliamson")
    dumps.postgres("g1", "steward dump verify fourteen")


def test_two_at_once_are_one(dumps: House) -> None:
    run = "runuser -u postgres -- steward dump take fourteen stateset > /dev/null 2>&1; echo $? >> /tmp/codes"
    dumps.lab.ssh("g1", f"cd /; rm -f /tmp/codes; ({run}) & ({run}) & wait")
    assert sorted(dumps.lab.ssh("g1", "cat /tmp/codes").split()) == ["0", "75"]


def test_a_clock_that_jumps_deletes_nothing_and_is_told(dumps: House) -> None:
    """Three years ahead and back, for the program alone; no store believes such a clock."""
    dumps.lab.ssh("d2", "apt-get -q update && apt-get install -q -y libfaketime")
    assert dumps.take("thirteen").code == 0
    before = {one["id"] for one in dumps.manifests("thirteen")}
    library = "$(find /usr/lib -name libfaketimeMT.so.1 | head -1)"
    ahead = f"env LD_PRELOAD={library} FAKETIME=+1100d steward dump take thirteen rustylinks"
    said = dumps.attempt("d2", ahead)[1]
    assert "Traceback" not in said
    after = {one["id"]: one for one in dumps.manifests("thirteen")}
    jumped = [one for name, one in after.items() if name not in before]
    assert len(jumped) == 1
    lost = before - after.keys()
    assert len(lost) <= 1, "at most what the next dump of this database would have pushed out, too"
    assert {one["database"] for name, one in after.items() if name in before} == set(EXAMPLES)
    assert dumps.noted("d2", "thirteen", "rustylinks dated from now")
    dumps.postgres("d2", "steward dump take thirteen rustylinks")
    newest = dumps.manifests("thirteen")[-1]
    assert newest["sequence"] > jumped[0]["sequence"]
    assert newest["id"] < jumped[0]["id"]
