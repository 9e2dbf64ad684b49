"""What root runs from cron, units, tmpfiles and the rest: neither a file nor a program of it is anybody else's."""

import re
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from fleet import environment, steward
from fleet.hostfile import RUN_BY_ROOT, HostFile
from tasks.kernel import HUGE_PAGES, LIMITS, SYSCTL, TMPFILES
from tasks.render import render
from tasks.shell import TEMPLATES, text
from tasks.steward import BUNDLE, COMPILED, crontab, programs
from tasks.system import QUIET

FLEET = TEMPLATES.parent / "tests" / "golden" / "fleet.yml"
CLUSTER = environment.load(FLEET.read_text(encoding="utf-8"), "fleet.yml").clusters["main"]
ROOTS_OWN = ("/bin/", "/usr/", "/etc/", "/sys/", "/proc/")
ON_NO_TERMINAL: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True}
PLACE = re.compile(r"(?<![\w.%}])/[a-z][\w./@%{}*-]*")


@pytest.mark.parametrize("path", [f"{one}/x" for one in RUN_BY_ROOT])
def test_a_file_that_root_runs_cannot_be_given_away(path: str) -> None:
    HostFile(PurePosixPath(path), "x\n")
    for owner, mode in (("postgres:postgres", "0644"), ("root:postgres", "0644"), ("root:root", "0664")):
        with pytest.raises(ValueError, match="runs it"):
            HostFile(PurePosixPath(path), "x\n", owner, mode)


def test_the_files_that_root_runs_are_known_as_such() -> None:
    placed = [*QUIET.values(), LIMITS, SYSCTL, HUGE_PAGES, TMPFILES, BUNDLE, COMPILED, steward.PROGRAM]
    placed += [one.path for one in programs()]
    for path in placed:
        assert str(path).startswith(tuple(f"{one}/" for one in RUN_BY_ROOT)), path


def test_cron_begins_roots_programs_alone() -> None:
    for node in CLUSTER.nodes:
        lines = crontab("main", list(steward.jobs("main", CLUSTER, node))).splitlines()
        for line in (line for line in lines if " root " in line):
            assert all(place.startswith(ROOTS_OWN) for place in PLACE.findall(line)), line


def test_units_begin_roots_programs_alone() -> None:
    unit = text("steward/pgsteward-heartbeat@.service")
    guard = render("steward/guard.conf.j2", cluster="main", program=steward.PROGRAM)
    begun = re.findall(r"^Exec\w+=[-+!@:]*(.*)", unit + guard, re.MULTILINE)
    assert len(begun) == 2
    assert all(place.startswith(ROOTS_OWN) for line in begun for place in PLACE.findall(line)), begun
    assert "runuser -u postgres --" in begun[1], "systemd asks the guard as root"


def test_the_program_reads_no_code_of_the_one_who_runs_it() -> None:
    """-I: neither the working directory nor a home directory nor a variable adds modules."""
    assert f"exec python3 -I {BUNDLE}" in text("steward/steward")


def test_root_that_types_steward_becomes_postgres(tmp_path: Path) -> None:
    for name, line in {"id": "echo 0", "runuser": 'echo "$@"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    command = ["sh", str(TEMPLATES / "steward" / "steward"), "check", "shop"]
    said = subprocess.run(
        command, env={"PATH": f"{tmp_path}:/bin"}, capture_output=True, text=True, check=True, **ON_NO_TERMINAL
    )
    assert said.stdout.split()[:3] == ["-u", "postgres", "--"]
    assert said.stdout.split()[-2:] == ["check", "shop"]
