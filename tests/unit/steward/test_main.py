"""What the program says of a server that does not answer: a sentence, and an exit code."""

import pytest

from steward import __main__ as program


class OfTheDriver(Exception):
    """Stands for psycopg.Error, which this machine's tests need not have loaded."""


def failing(error: Exception) -> object:
    class Verb:
        @staticmethod
        def main(rest: list[str]) -> int:
            raise error

    return Verb


@pytest.mark.parametrize("words", ['connection failed: database "shopp" does not exist\nmore', ""])
def test_a_server_that_does_not_answer_is_a_sentence(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(program.sys.modules, "psycopg", type("driver", (), {"Error": OfTheDriver}))
    monkeypatch.setattr(program, "import_module", lambda name: failing(OfTheDriver(words)))
    assert program.main(["restore"]) == 1
    said = capsys.readouterr().err
    assert said == f"restore: {words.partition(chr(10))[0]}\n    HINT: {program.SERVER}\n"


def test_a_fault_of_ours_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "import_module", lambda name: failing(KeyError("x")))
    with pytest.raises(KeyError):
        program.main(["restore"])
