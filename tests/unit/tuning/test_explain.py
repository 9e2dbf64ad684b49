"""`make explain`: settings with reasons, no host needed."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.explain import READERS, explain, parse_arguments
from fleet.hardware import GIB, Hardware
from fleet.problem import Refused

ROOT = Path(__file__).parents[3]
EXAMPLE = ["memory=16GB", "cpus=4", "storage=ssd", "version=17", "workload=oltp"]


def test_the_arguments_of_the_example_are_understood() -> None:
    found = parse_arguments(EXAMPLE)
    assert found.hardware == Hardware(16 * GIB, 4, "ssd", 100 * GIB)
    assert (found.version, found.workload, found.connections, found.standbys) == (17, "oltp", None, 0)
    assert found.assumed == ("disk=100GB", "standbys=0")


def test_the_text_has_every_setting_by_chapter_then_both_budgets() -> None:
    text = explain(parse_arguments(EXAMPLE))
    assert text.splitlines()[0] == (
        "PostgreSQL 17 for oltp on 16GB of memory, 4 CPUs, ssd, a filesystem of 100GB, 0 standbys"
    )
    assert "Assumed: disk=100GB standbys=0" in text
    places = [text.index(part) for part in ("--- memory ", "--- log ", "--- memory budget", "--- WAL filesystem")]
    assert places == sorted(places)
    assert "shared_buffers                         4GB            a quarter of 16GB of memory" in text
    assert "at worst           12.6 GB  79% of 16GB; the limit is 90 %" in text
    assert max(len(line) for line in text.splitlines()) <= 120
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_small_machine_is_given_advice() -> None:
    assert "--- advice" in explain(parse_arguments(["memory=1GB", "cpus=1"]))


def test_all_wrong_arguments_are_refused_at_once() -> None:
    words = [
        "memry=2GB",
        "cpus=x",
        "cpus=4",
        "tape",
        "storage=tape",
        "disk=9",
        "version=13",
        "connections=0",
        "standbys=-1",
    ]
    with pytest.raises(Refused) as refused:
        parse_arguments(words)
    assert [str(problem) for problem in refused.value.problems] == [
        "memry: is no argument\n    HINT: did you mean memory?",
        "cpus: 'x' is not a whole number\n    HINT: write a number such as cpus=4",
        "cpus: is given twice\n    HINT: write it once",
        "tape: is no argument\n    HINT: write key=value, such as memory=16GB",
        "storage: 'tape' is none of hdd, ssd, san, nvme\n    HINT: write storage= and one of hdd, ssd, san, nvme",
        "disk: '9' is not a size such as 512MB, 8GB or 1.5TB\n"
        "    HINT: write the size of the filesystem that holds the WAL, such as disk=100GB",
        "version: '13' is none of 14, 15, 16, 17, 18\n    HINT: write version= and one of 14, 15, 16, 17, 18",
        "connections: 0 is less than 1\n    HINT: write a number such as connections=200",
        "standbys: '-1' is not a whole number\n    HINT: write a number such as standbys=2",
        "memory: is missing\n    HINT: write memory=16GB",
    ]


def test_the_command_prints_and_a_refusal_is_a_message_and_exit_1() -> None:
    command = [sys.executable, "-m", "fleet.explain"]
    good = subprocess.run([*command, *EXAMPLE], cwd=ROOT, capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == explain(parse_arguments(EXAMPLE))
    bad = subprocess.run(
        [*command, "memory=2GB", "cpus=1", "connections=999"], cwd=ROOT, capture_output=True, text=True
    )
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("tuning: 1 problem\n  connections: 999 connections do not fit: ")
    assert "Traceback" not in bad.stderr


keys = st.one_of(st.sampled_from(sorted(READERS)), st.text(max_size=8))
texts = st.one_of(st.text(max_size=8), st.sampled_from(["16GB", "4", "ssd", "17", "oltp", "1e9GB", "²", "٣", "1TB"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=12), st.tuples(keys, texts).map("=".join)), max_size=6))
def test_no_arguments_give_anything_but_a_text_or_a_refusal(words: list[str]) -> None:
    try:
        assert explain(parse_arguments(words))
    except Refused as refused:
        assert refused.problems
