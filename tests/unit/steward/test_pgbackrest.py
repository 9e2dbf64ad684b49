"""What pgBackRest says reaches whoever called, also where it is no text."""

from pathlib import Path

import pytest

from steward import pgbackrest


@pytest.mark.parametrize("shown", [True, False])
def test_what_it_has_decrypted_in_vain_ends_in_no_traceback(
    shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "pgbackrest"
    program.write_text("#!/bin/sh\nprintf 'ERROR: [029]: \\202\\n' >&2; exit 29\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    done = pgbackrest.run("shop", "backup", shown=shown)
    said = capsys.readouterr().out if shown else done.stderr
    assert (done.returncode, said) == (29, "ERROR: [029]: \N{REPLACEMENT CHARACTER}\n")
    assert "was it made with another cipher?" in str(pgbackrest.failed("shop", ["info"], said))
