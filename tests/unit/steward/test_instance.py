"""A server beside production is stopped by its number, which another process may have got since."""

import subprocess
from pathlib import Path

from steward.restore.instance import serves


def test_a_number_that_another_process_got_since_is_nobody_to_stop(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    assert not serves(data)
    for text in ("", "no number\n", "999999999\n"):
        (data / "postmaster.pid").write_text(text)
        assert not serves(data)
    for place, known in ((tmp_path, False), (data, True)):
        process = subprocess.Popen(["sleep", "60"], cwd=place)
        try:
            (data / "postmaster.pid").write_text(f"{process.pid}\n{data}\n")
            assert serves(data) is known
        finally:
            process.kill()
            process.wait()
