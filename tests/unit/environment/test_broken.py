"""Every broken environment file is refused with the words of its golden file (`pytest --rewrite` writes them)."""

from pathlib import Path

import pytest

from fleet import environment
from fleet.problem import Refused
from tests.conftest import Golden

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yml"))
FALLBACKS = ("is not understood", "this is not YAML")


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_is_refused_in_words_that_say_what_to_do(file: Path, golden: Golden) -> None:
    with pytest.raises(Refused) as refused:
        environment.load(file.read_bytes(), file.name)
    golden(file.with_suffix(".txt"), f"{refused.value}\n")
    for problem in refused.value.problems:
        assert problem.where and problem.hint
        assert problem.what[0] == problem.what[0].lower()
        assert problem.what not in FALLBACKS


def test_there_are_enough_broken_files() -> None:
    assert len(BROKEN) >= 70


def test_every_golden_file_has_its_broken_file() -> None:
    folder = Path(__file__).parent / "broken"
    assert {file.stem for file in folder.glob("*.txt")} == {file.stem for file in BROKEN}
