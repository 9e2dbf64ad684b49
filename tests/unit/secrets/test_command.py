"""Secrets from environment variables and from commands."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fleet.problem import Refused
from tasks.secrets.__main__ import main

from .conftest import Declare, opened

KEY = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"
PEM = f"{KEY}\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
ROOT = Path(__file__).parents[3]


def program(text: str) -> str:
    """The `secrets:` of an environment whose command is a shell script with the secret's name as $1."""
    path = Path("show")
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return "{from: command, command: [./show, '{name}'], timeout: 1s}"


def test_a_variable_holds_a_secret(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    source = declare("{from: environment, prefix: TEST_}")
    monkeypatch.setenv("TEST_MAIN_APP", "it's")
    monkeypatch.setenv("TEST_MAIN_MONITOR", "")
    secrets = opened(source)
    assert secrets.get("main/app") == "it's"
    assert secrets.missing() == ["authority", "main/replicator", "main/monitor"]
    (problem,) = secrets.problems()
    assert problem.what == "TEST_AUTHORITY, TEST_MAIN_REPLICATOR, TEST_MAIN_MONITOR are not set"


def test_a_command_prints_a_secret_and_its_line_end_is_not_part_of_it(declare: Declare) -> None:
    source = declare(program(f"case $1 in authority) echo '{PEM}';; *) echo \"a 'b' for $1\";; esac"))
    secrets = opened(source)
    assert secrets.get("main/app") == "a 'b' for main/app"
    assert secrets.missing() == []


def test_a_command_runs_without_a_shell_in_the_project(declare: Declare, tmp_path: Path) -> None:
    source = declare("{from: command, command: [printf, '%s', '{name}; echo $HOME']}")
    assert opened(source).get("main/app") == "main/app; echo $HOME"
    (tmp_path / "inventories/pw").write_text("geheim")
    source = declare("{from: command, command: [sed, 's,x,{name},', inventories/pw]}")
    assert opened(source).get("main/app") == "geheim"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo vault is sealed >&2; echo geheim; exit 2", "./show failed with exit code 2: vault is sealed"),
        ("exit 0", "./show printed nothing"),
        ("echo", "./show printed nothing"),
        ("printf '\\377\\376'", "not text in UTF-8"),
        ("sleep 60", "gave no answer within 1s"),
        ("sleep 60 & sleep 60", "gave no answer within 1s"),
    ],
)
def test_a_command_that_fails_is_a_missing_secret_with_a_reason(declare: Declare, text: str, reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        opened(declare(program(text))).get("main/app")
    assert reason in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert time.monotonic() - began < 10


def test_what_a_command_prints_is_not_shown_even_if_it_complains_of_it(declare: Declare) -> None:
    source = declare(program("echo geheim; echo cannot use geheim >&2; exit 1"))
    with pytest.raises(Refused, match="cannot use …"):
        opened(source).get("main/app")


def test_a_program_that_is_not_there_is_a_reason(declare: Declare) -> None:
    source = declare("{from: command, command: [no-such-program, '{name}']}")
    assert "no-such-program cannot be run: no such file" in str(Refused("x", opened(source).problems()))


def test_many_secrets_are_asked_for_side_by_side_and_each_once(declare: Declare) -> None:
    source = declare(program("echo $1 >> asked; sleep 0.2; echo x"))
    text = Path(source).read_text()
    Path(source).write_text(text + "".join(f"      r{number}: {{login: true}}\n" for number in range(20)))
    secrets, began = opened(source), time.monotonic()
    assert secrets.missing() == ["authority"]
    assert secrets.get("main/r7") == "x"
    assert time.monotonic() - began < 0.2 * 24 / 2
    assert sorted(Path("asked").read_text().split()) == sorted(secrets.names)


def test_it_works_below_pyinfra_too_where_gevent_has_replaced_threads(declare: Declare) -> None:
    source = declare(program("sleep 0.1; echo x"))
    code = (
        "from gevent import monkey; monkey.patch_all()\n"
        "from tasks.environment import read\nfrom tasks.secrets import secrets_of\n"
        f"print(secrets_of(read({source!r}), {source!r}).missing())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=30,
    )
    assert done.stdout == "['authority']\n", done.stderr


def test_make_secrets_says_how_to_store_them_and_shows_none(
    declare: Declare, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_MAIN_MONITOR", "geheim")
    assert main([declare("{from: environment, prefix: TEST_}")]) == 1
    out, error = capfd.readouterr()
    line = f'export TEST_MAIN_APP="$({sys.executable} -m tasks.secrets inventories/test.yml --new main/app)"'
    assert line in out.splitlines()
    assert "run the commands above" in error
    assert "TEST_MAIN_MONITOR" not in out
    assert "geheim" not in out + error


def test_make_secrets_knows_how_pass_stores(declare: Declare, capfd: pytest.CaptureFixture[str]) -> None:
    main([declare("{from: command, command: [pass, show, 'prod/{name}']}")])
    assert "--new main/app | pass insert --multiline prod/main/app" in capfd.readouterr().out
    main([declare("{from: command, command: [./odd, '{name}', x]}")])
    assert "--new main/app | (store it where `./odd main/app x` finds it)" in capfd.readouterr().out


def test_a_new_value_goes_into_a_pipe(declare: Declare, capfd: pytest.CaptureFixture[str]) -> None:
    source = declare("{from: environment}")
    assert main([source, "--new", "main/app"]) == 0
    assert len(capfd.readouterr().out.strip()) == 40
    assert main([source, "--new", "main/apple"]) == 1
    assert "those are authority, main/replicator" in capfd.readouterr().err
    assert main([]) == 1
