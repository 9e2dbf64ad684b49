"""The command line: mistakes are refused in our form, before anything is connected to."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Problem
from steward.migrate import VERBS, main
from steward.migrate.stamp import version_of, words_of
from steward.migrate.verbs.new import create

NOWHERE = ["--folder", "/nowhere", "--dsn", "host=/nowhere"]


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert main(list(arguments)) == code
    said = capsys.readouterr()
    assert "HINT: " in said.err and "Traceback" not in said.err
    return said.err


def test_an_unknown_verb_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean status?" in refused(capsys, 1, "statsu")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_what_it_does_not_know_and_has_a_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, 1, verb, "--nonsense")
    with pytest.raises(SystemExit) as exit_:
        main([verb, "--help"])
    assert exit_.value.code == 0
    assert VERBS[verb].split(",")[0][:30] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("dsn", ["postgresql://a:secret@h/d", "host=h password=secret", "host=h PASSWORD = secret"])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, 1, "status", "--folder", str(tmp_path), "--dsn", dsn)
    assert "can be read by everybody" in said and "secret" not in said


def test_a_dsn_that_cannot_be_read_is_not_repeated_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URL", "postgresql://a:se cret@h:x:y/d")
    said = refused(capsys, 2, "status", "--folder", str(tmp_path), "--dsn-env", "URL")
    assert "cret" not in said.replace("secret", "")


def test_a_server_that_is_not_there_is_a_sentence_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, 2, "up", "--folder", str(tmp_path), "--dsn", "host=/nowhere")
    assert "no server listens on that socket" in said


def test_a_folder_that_is_not_there_is_told_before_the_server_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("status", "up", "down", "redo", "dry-run", "verify", "lint", "repair"):
        assert "there is no such folder" in refused(capsys, 1, verb, *NOWHERE)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("")
    assert "it is not a folder" in refused(capsys, 1, "up", "--folder", str(tmp_path / "a"))


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1_a.sql").write_bytes(b"select '\xff'")
    (tmp_path / "2_b.sql").write_bytes(b"select '\0'")
    said = refused(capsys, 1, "up", "--folder", str(tmp_path))
    assert "1_a.sql: it is not UTF-8 (byte 8)" in said and "2_b.sql: it holds a NUL byte" in said


@pytest.mark.parametrize("arguments", [["--lock-timeout", "3"], ["--retries", "-1"], ["--to", "x"], ["--wait", "5m"]])
def test_numbers_without_sense_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments[1] in refused(capsys, 1, "up", *NOWHERE, *arguments)


@pytest.mark.parametrize("arguments", [[], ["--purpose", "production", "--confirm", "shop"], ["--confirm", "shop"]])
def test_fresh_is_refused_before_it_connects_unless_for_development(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "all data would be lost" in refused(capsys, 1, "fresh", *NOWHERE, *arguments)


def test_new_makes_what_sqlx_would(tmp_path: Path) -> None:
    made = create(tmp_path / "shop", 20260131120000, "create_users", irreversible=False)
    assert [path.name for path in made] == [
        "20260131120000_create_users.up.sql",
        "20260131120000_create_users.down.sql",
    ]
    (once,) = create(tmp_path / "shop", 20260131120001, "x", irreversible=True)
    assert once.name == "20260131120001_x.sql"


def test_new_never_makes_a_version_that_is_not_the_newest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "90000101000000_from_a_wrong_clock.sql").write_text("")
    assert "would not be the newest" in refused(capsys, 1, "new", "a", "--folder", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_version_is_the_time_in_utc() -> None:
    assert version_of(datetime(2026, 1, 31, 12, 5, 9, tzinfo=UTC)) == 20260131120509


@given(st.text(max_size=120))
def test_any_name_becomes_safe_words_or_a_problem(name: str) -> None:
    words = words_of(name)
    assert isinstance(words, Problem) or (words.isascii() and "/" not in words and "." not in words and words)


def test_a_name_becomes_words() -> None:
    assert words_of(" Create  Users-table") == "create_users_table"
