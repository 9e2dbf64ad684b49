"""Secrets from a YAML file that only its owner can read."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from fleet.problem import Refused
from tasks.secrets import files, refuse_missing
from tasks.secrets.__main__ import main

from .conftest import NAMES, Declare, declared, opened

FILE = "{from: file, path: .secrets/test.yml}"
ALL = 'authority: "-----BEGIN PRIVATE KEY----- -----BEGIN CERTIFICATE-----"\nmain/replicator: a\nmain/monitor: b\n'


def keep(text: str, mode: int = 0o600) -> Path:
    path = Path(".secrets/test.yml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def test_a_value_is_read_as_it_is_written(declare: Declare) -> None:
    source = declare(FILE)
    keep('main/app: 0123\nmain/monitor: yes\nmain/replicator: " it\'s \\\\ pässwört "\n')
    secrets = opened(source)
    assert secrets.get("main/app") == "0123"
    assert secrets.get("main/monitor") == "yes"
    assert secrets.get("main/replicator") == " it's \\ pässwört "


def test_all_that_are_missing_are_named_at_once(declare: Declare) -> None:
    source = declare(FILE)
    keep("main/app: x\nmain/monitor:\nmain/replicator: ~\n")
    assert opened(source).missing() == ["authority", "main/replicator", "main/monitor"]
    with pytest.raises(Refused) as refused:
        refuse_missing(declared(source), source)
    (problem,) = refused.value.problems
    assert "authority, main/replicator, main/monitor are not in" in problem.what
    assert problem.hint == "make secrets environment=test generates what is missing"


def test_a_value_of_no_use_is_refused_with_the_reason(declare: Declare) -> None:
    source = declare(FILE)
    keep(ALL + 'main/app: "two\\nlines"\n')
    with pytest.raises(Refused, match="main/app has more than one line"):
        opened(source).get("main/app")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620])
def test_a_file_that_others_can_read_is_refused(declare: Declare, mode: int) -> None:
    source = declare(FILE)
    keep(ALL, mode)
    with pytest.raises(Refused, match=f"its mode is {mode:04o}") as refused:
        opened(source).missing()
    assert "chmod 600" in refused.value.problems[0].hint


def test_a_file_in_git_is_refused(declare: Declare) -> None:
    source = declare(FILE)
    keep(ALL)
    git("init", "-q")
    git("add", ".secrets/test.yml")
    with pytest.raises(Refused, match="is in git"):
        opened(source).missing()


def test_a_file_that_git_would_take_next_is_refused(declare: Declare) -> None:
    source = declare(FILE)
    keep(ALL)
    git("init", "-q")
    with pytest.raises(Refused, match="not ignored by git"):
        opened(source).missing()
    Path(".gitignore").write_text(".secrets/\n")
    assert opened(source).missing() == ["main/app"]


@pytest.mark.parametrize(
    "text",
    ["- hunter2\n", "hunter2\n", "main/app: [hunter2]\n", "main/app: *hunter2\n", "a: hunter2\na: b\n", "a: 'hunter2\n",
     "a: hunter2\x07\n", "a: @hunter2\n", "a: hunter2: x\n"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_without_a_word_of_it(declare: Declare, text: str) -> None:
    source = declare(FILE)
    keep(text)
    with pytest.raises(Refused) as refused:
        opened(source).missing()
    assert "hunter2" not in str(refused.value)
    assert refused.value.problems[0].hint


def test_what_is_missing_is_generated_and_what_is_there_is_kept_byte_for_byte(declare: Declare) -> None:
    source = declare(FILE)
    text = "# ours, since 2019\nmain/app:   'it''s'   # from the old server\nother: x"
    keep(text)
    assert main([source]) == 0
    after = Path(".secrets/test.yml").read_text()
    assert after.startswith(text + "\n")
    assert opened(source).get("main/app") == "it's"
    assert opened(source).missing() == []
    assert main([source]) == 0
    assert Path(".secrets/test.yml").read_text() == after


def test_generated_passwords_are_long_and_different(declare: Declare) -> None:
    source = declare(FILE)
    assert main([source]) == 0
    values = [opened(source).get(name) for name in NAMES[1:]]
    assert len(set(values)) == 3
    assert all(len(value) >= 32 and value.isalnum() for value in values)


def test_a_file_that_cannot_be_added_to_is_left_alone(declare: Declare) -> None:
    source = declare(FILE)
    path = keep("{main/app: hunter2}\n")
    assert main([source]) == 1
    assert path.read_text() == "{main/app: hunter2}\n"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_generated_file_is_never_readable_by_others(
    declare: Declare, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    source, seen = declare(FILE), []
    opening = os.open

    def watching(path: str, flags: int, mode: int = 0o777, **more: int) -> int:
        descriptor = opening(path, flags, mode, **more)
        if flags & os.O_CREAT:
            seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    before = os.umask(umask)
    try:
        monkeypatch.setattr(os, "open", watching)
        assert main([source]) == 0
    finally:
        os.umask(before)
    assert seen
    assert all(mode & 0o077 == 0 for mode in seen)
    assert stat.S_IMODE(Path(".secrets/test.yml").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(".secrets").stat().st_mode) == 0o700
    assert list(Path(".secrets").iterdir()) == [Path(".secrets/test.yml")]


def test_an_interrupted_write_leaves_the_old_file(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep("main/app: x\n") if declare(FILE) else Path()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        files.replace(path, b"other")
    assert path.read_text() == "main/app: x\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_is_followed_and_stays_a_link(declare: Declare) -> None:
    source = declare(FILE)
    kept = keep("main/app: x\n").rename("elsewhere.yml")
    Path(".secrets/test.yml").symlink_to(kept.absolute())
    assert main([source]) == 0
    assert Path(".secrets/test.yml").is_symlink()
    assert opened(source).missing() == []


def test_a_folder_or_a_pipe_is_no_file(declare: Declare) -> None:
    source = declare(FILE)
    path = keep("")
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(Refused, match="is not a file"):
        opened(source).missing()
    path.unlink()
    path.mkdir()
    with pytest.raises(Refused, match=r"is not a file|cannot be read"):
        opened(source).missing()


def test_a_new_cipher_is_said_to_open_no_repository_that_exists(
    declare: Declare, capsys: pytest.CaptureFixture[str]
) -> None:
    source = declare(FILE)
    backups = "    backups: {repositories: {near: {path: /srv/backups}}}\n"
    Path(source).write_text(Path(source).read_text() + backups)
    assert main([source]) == 0
    assert (
        "main/near/cipher is for a new repository: one that exists opens with its old cipher" in capsys.readouterr().out
    )
    assert main([source]) == 0
    assert "cipher" not in capsys.readouterr().out
