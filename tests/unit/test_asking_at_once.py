"""Many questions as one command have the answers that each has alone, and what was asked is known to the next run."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyinfra.api import util

from tasks import frames, questions
from tasks.batch import BatchFact, program
from tasks.facts import KINDS, FilesFact
from tasks.questions import Question, merged, question, script, share

MARK = "0123456789abcdef"


def ran(command: str, stdin: str = "") -> list[str]:
    done = subprocess.run(["sh", "-c", command], input=stdin, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def together(wanted: list[Question]) -> dict[int, list[str]]:
    fact = BatchFact()
    command = fact.command(MARK).get_raw_value()
    return fact.process(ran(command, program([script(one) for one in wanted], MARK)))


def alone(one: Question) -> list[str]:
    return ran(script(one).get_raw_value())


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that is root's alone, if these are root's tests: else its files would be postgres' to look at."""
    made = Path(tempfile.mkdtemp(dir="/opt" if os.getuid() == 0 else None))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def asked(place: Path) -> list[Question]:
    plain, empty, link, strange = (place / name for name in ("plain", "empty", "link", "it's $(a) name"))
    plain.write_text("text")
    plain.chmod(0o640)
    empty.touch()
    link.symlink_to(plain)
    strange.write_text("a line\nwithout an end")
    os.mkfifo(place / "pipe")
    names = ("plain", "empty", "link", "missing", "pipe", "it's $(a) name")
    return [
        question(KINDS["FilesFact"], {"paths": tuple(str(place / name) for name in names)}),
        question(KINDS["FilesFact"], {"paths": (str(place), str(plain))}),
        question(KINDS["TextFact"], {"path": str(strange)}),
        question(KINDS["TextFact"], {"path": str(empty)}),
        question(KINDS["TextFact"], {"path": str(place / "missing")}),
        question(KINDS["AnswersFact"], {"script": "machine", "arguments": (str(place),)}),
    ]


def test_answers_are_those_that_each_has_alone(asked: list[Question]) -> None:
    assert together(asked) == {number: alone(one) for number, one in enumerate(asked)}


def test_what_is_asked_of_a_list_is_asked_once(asked: list[Question]) -> None:
    wanted = merged(asked)
    assert [len(answered) for _, answered in wanted] == [1, 1, 1, 1, 2]
    every = FilesFact().process(alone(wanted[-1][0]))
    for one in asked[:2]:
        assert share(one, every) == FilesFact().process(alone(one))


def test_files_are_told_apart(asked: list[Question]) -> None:
    seen = FilesFact().process(alone(asked[0]))
    assert {Path(path).name: (digest[:4], mode) for path, (digest, mode, _) in seen.items()} == {
        "plain": ("982d", "0640"),
        "empty": ("e3b0", "0644"),
        "link": ("-", "0777"),
        "pipe": ("-", "0644"),
        "it's $(a) name": ("af09", "0644"),
    }


def test_what_fails_has_no_answer_and_stands_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = {"good": "echo good", "bad": "echo half; exit 3", "shifts": 'shift; printf "%s" "$1"'}
    (tmp_path / "sh").mkdir()
    for name, text in scripts.items():
        (tmp_path / f"sh/{name}.sh").write_text(text)
    monkeypatch.setattr("tasks.batch.COMMON", ())
    monkeypatch.setattr("tasks.batch.text", lambda path: (tmp_path / path).read_text())
    fact = BatchFact()
    wanted = [Stands("sh/bad.sh"), Stands("sh/shifts.sh", "a", "b"), Stands("sh/good.sh"), Stands("sh/good.sh")]
    found = fact.process(ran(fact.command(MARK).get_raw_value(), program(wanted, MARK)))  # type: ignore[arg-type]
    assert found == {1: ["b"], 2: ["good"], 3: ["good"]}


class Stands:
    """A script of the test's own."""

    def __init__(self, path: str, *words: str) -> None:
        self.path, self.words = path, words


@given(st.lists(st.text(st.characters(blacklist_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))))
def test_lines_that_look_like_a_mark_are_lines(lines: list[str]) -> None:
    fact = BatchFact()
    fact.command(MARK)
    assert fact.process([*lines, "", f"{MARK} 0 0"]) == {0: lines}
    unfinished = [*lines, "no end"]
    assert fact.process([*unfinished, f"{MARK} 0 0"]) == {0: unfinished}


# --- what is kept


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(questions, "FOLDER", tmp_path / "questions")
    return questions.place("deploy", "prod.yml")


def test_what_was_asked_is_known_to_the_next_run(file: Path, asked: list[Question]) -> None:
    questions.keep(file, {"plan": {"pg1": asked, "pg2": asked[:1]}})
    assert questions.known(file) == {"plan": {"pg1": asked, "pg2": asked[:1]}}
    questions.keep(file, {"plan": {"pg2": asked[1:2]}, "run": {"pg1": []}})
    assert questions.known(file) == {"plan": {"pg1": asked, "pg2": asked[1:2]}, "run": {"pg1": []}}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"plan": 7}', '{"plan": {"pg1": [["FenceFact", []]]}}', "\0"])
def test_a_file_that_cannot_be_read_is_as_none(file: Path, text: str, asked: list[Question]) -> None:
    questions.keep(file, {"plan": {"pg1": asked}})
    file.write_text(text)
    assert questions.known(file) == {}
    questions.keep(file, {"plan": {"pg1": asked}})
    assert questions.known(file) == {"plan": {"pg1": asked}}


def test_only_the_newest_files_are_kept(file: Path, asked: list[Question], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST", 3)
    for number in range(6):
        questions.keep(questions.place("deploy", f"{number}.yml"), {"plan": {"pg1": asked}})
    assert len(list(file.parent.iterdir())) == 3


def test_two_deploys_and_two_environments_have_a_file_each() -> None:
    assert len({questions.place("a", "bc"), questions.place("ab", "c"), questions.place("a", "b")}) == 3


def test_a_question_is_the_same_in_a_file(asked: list[Question]) -> None:
    read: list[Any] = json.loads(json.dumps(asked))
    assert list(map(questions.read, read)) == asked


def test_pyinfra_still_looks_at_frames_where_we_make_it_cheap() -> None:
    assert {"stack", "getframeinfo"} <= vars(util).keys()
    frames.without_source()
    assert util.get_caller_frameinfo(-1).filename == __file__
