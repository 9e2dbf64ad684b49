"""The README's own commands, as a newcomer types them: from nothing to a lab, again at once, and gone."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from lab import names, places

from .operator import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def make(*words: str, fails: bool = False) -> str:
    """What `make` says; it has to succeed, or to fail."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", *words], cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    said = done.stdout + done.stderr
    assert (done.returncode != 0) == fails, said[-6000:]
    assert "Traceback" not in said
    return said


def traces() -> list[str]:
    """What there is of the lab `lab` on this machine, outside of what is kept for the next; other labs do not count."""
    looks = (
        ["ip", "-br", "link"],
        ["losetup", "--list", "--noheadings", "--output", "BACK-FILE"],
        ["nft", "list", "tables"],
        ["findmnt", "--list", "--noheadings", "--output", "TARGET"],
        ["ps", "-e", "-o", "args"],
        ["find", str(places.lab_directory("lab").parent), "-maxdepth", "1"],
    )
    marks = (names.bridge("lab"), names.interface("lab", ""), f"{names.table('lab')}\n", "/labs/lab/", "/labs/lab\n")
    lines = (
        line for look in looks for line in subprocess.run(look, text=True, capture_output=True).stdout.splitlines()
    )
    return [line for line in lines if any(mark in f"{line}\n" for mark in marks)]


@pytest.fixture(scope="module")
def nothing(machine: None) -> None:
    """The lab is down before the first command; one that somebody works with is not touched."""
    if Path("/var/lib/pgsteward-lab/labs/lab").exists() and not os.environ.get("CI"):
        pytest.skip("the lab of inventories/lab.yml is up; `make lab-down` first")
    make("lab-down")


def test_make_lab_goes_from_nothing_to_a_cluster_that_is_proven(nothing: None) -> None:
    assert traces() == []
    said = make("lab")
    assert re.search(r"\d+ passed", said)
    assert "pg2 streaming" in said
    assert re.search(r"the lab stands, \d+ s after make lab", said)
    line = next(line.strip() for line in said.splitlines() if "PGPASSFILE" in line)
    answer = subprocess.run(["sh", "-c", f"{line} -XAtc 'select current_user'"], text=True, capture_output=True)
    assert answer.stdout == "shop_app\n", answer.stderr


def test_make_lab_again_at_once_changes_nothing(nothing: None) -> None:
    said = make("lab")
    assert "no change" in said.splitlines()
    assert "nothing would change" in make("plan", "environment=lab")


def test_the_verbs_of_the_readme_work(nothing: None) -> None:
    assert "no change" in make("deploy", "environment=lab", "limit=pg2")
    assert re.search(r"\d+ passed", make("verify", "environment=lab", "limit=pg2"))
    assert "no change" in make("restart", "environment=lab")
    assert "shared_buffers" in make(*["explain", "memory=16GB", "cpus=4", "storage=ssd", "version=17", "workload=oltp"])
    assert "all 13 secrets are there" in make("secrets", "environment=lab")


@pytest.mark.parametrize("verb", ["plan", "deploy", "restart", "verify"])
def test_a_mistyped_environment_or_limit_fails(nothing: None, verb: str) -> None:
    assert "HINT:" in make(verb, "environment=lba", fails=True)
    assert "HINT:" in make(verb, "environment=lab", "limit=pg9", fails=True)
    assert "no such variable: limt" in make(verb, "environment=lab", "limt=pg2", fails=True)


def test_a_mistyped_word_of_explain_is_named() -> None:
    assert "did you mean version?" in make(
        *["explain", "memory=16GB", "cpus=4", "storage=ssd", "versoin=17"], fails=True
    )


def test_make_lab_down_leaves_no_trace(nothing: None) -> None:
    assert len(traces()) > 5
    make("lab-down")
    assert traces() == []


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"make ([a-z-]+)\b", README)) <= targets | {"itself"}
