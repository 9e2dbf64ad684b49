"""The fact about buckets answers on every host: on a blank one, and where `steward` fails."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.shell import whole

FAILS = """#!/bin/sh
echo 'not for programs' >&2
echo "{\\"asked\\": \\"$*\\"}"
exit 1
"""
AS_USER = '#!/bin/sh\n[ "$1 $2 $3" = "-u postgres --" ] || exit 9\nshift 3\nexec "$@"\n'
Ask = Callable[..., str]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A directory that stands before the machine's programs."""
    return tmp_path


@pytest.fixture
def ask(programs: Path) -> Ask:
    def ask(*arguments: str) -> str:
        environment = {"PATH": f"{programs}:/usr/bin:/bin"}
        command = ["sh", "-c", whole("sh/buckets.sh"), "buckets", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return ask


def install(programs: Path, **scripts: str) -> None:
    for name, script in scripts.items():
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)


def test_a_blank_host_answers_with_nothing(ask: Ask, programs: Path) -> None:
    assert ask("main", "write", "far", "2") == ""
    install(programs, steward=FAILS, runuser=AS_USER)
    assert ask("main", "write", "far", "2") == ""  # pgBackRest is not there yet
    install(programs, pgbackrest="#!/bin/sh\n")
    assert ask("main", "write", "far", "2") != ""


def test_each_bucket_has_a_line_even_where_the_check_fails(ask: Ask, programs: Path) -> None:
    install(programs, steward=FAILS, runuser=AS_USER, pgbackrest="#!/bin/sh\n")
    assert ask("main", "write", "far", "2", "off-site", "3").splitlines() == [
        'far={"asked": "bucket check main far --number 2 --json"}',
        'off-site={"asked": "bucket check main off-site --number 3 --json"}',
    ]


def test_a_plan_only_looks(ask: Ask, programs: Path) -> None:
    install(programs, steward=FAILS, runuser=AS_USER, pgbackrest="#!/bin/sh\n")
    assert ask("main", "look", "far", "2") == 'far={"asked": "bucket check main far --number 2 --json --look"}\n'


def test_a_steward_that_says_nothing_leaves_an_empty_answer(ask: Ask, programs: Path) -> None:
    install(programs, steward="#!/bin/sh\nexit 3\n", runuser=AS_USER, pgbackrest="#!/bin/sh\n")
    assert ask("main", "look", "far", "2", "near", "1") == "far=\nnear=\n"


def test_a_target_for_dumps_is_asked_about_where_there_is_no_pgbackrest(ask: Ask, programs: Path) -> None:
    install(programs, steward=FAILS, runuser=AS_USER)
    assert ask("main", "look", "offsite", "target") == (
        'offsite={"asked": "bucket check main offsite --target --json --look"}\n'
    )
