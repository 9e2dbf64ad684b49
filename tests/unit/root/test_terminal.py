"""Root types `steward` on a terminal: what then runs as postgres can neither type there nor read what root types."""

import json
import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tasks.shell import text

PROGRAM = "python3 -I /usr/local/lib/pgsteward/steward.pyz"
STAND_IN = """
import fcntl, json, os, sys, termios, time
tried = {"user": os.getuid(), "words": sys.argv[1:]}
for name, flags in (("terminal", os.O_RDWR), ("stdin", None), ("stdout", None), ("stderr", None)):
    try:
        number = os.open("/dev/tty", flags) if flags else ("stdin", "stdout", "stderr").index(name)
        fcntl.ioctl(number, termios.TIOCSTI, b"x")
        tried[name] = "typed"
    except OSError:
        tried[name] = "refused"
    tried[f"read {name}"] = name != "terminal" and os.isatty(number) and fcntl.fcntl(number, fcntl.F_GETFL) & 3 != 1
print(json.dumps(tried), flush=True)
if "wait" in sys.argv:
    time.sleep(60)
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
"""
REFUSED = {"terminal": "refused", "stdin": "refused", "stdout": "refused", "stderr": "refused"}
UNREAD = {"read terminal": False, "read stdin": False, "read stdout": False, "read stderr": False}
ROOT_ALONE = pytest.mark.skipif(os.geteuid() != 0, reason="ONLY ROOT becomes another user; run the tests as root")


@pytest.fixture
def steward() -> Iterator[Path]:
    """The command as hosts have it, with a program in the place of its own, and nobody in that of postgres."""
    with TemporaryDirectory() as directory:
        stand_in, path = Path(directory) / "stand-in.py", Path(directory) / "steward"
        stand_in.write_text(STAND_IN)
        own = (
            text("steward/steward")
            .replace("-- postgres", "-- nobody")
            .replace(PROGRAM, f"/usr/bin/python3 -I {stand_in}")
        )
        path.write_text(own)
        for one, mode in ((stand_in, 0o644), (path, 0o755), (path.parent, 0o755)):
            one.chmod(mode)
        yield path


class Typed:
    """A shell of root's on a terminal of its own, in which something was typed."""

    def __init__(self, command: str) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvp("sh", ["sh", "-c", f"{command}; echo ended $?"])

    def said(self, until: str, seconds: float = 20) -> str:
        """All that the terminal shows up to a word."""
        end, shown = time.monotonic() + seconds, ""
        while until not in shown:
            assert time.monotonic() < end, shown
            if select.select([self.terminal], [], [], 0.1)[0]:
                shown += os.read(self.terminal, 4096).decode()
        return shown

    def end(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.process, 0)


@ROOT_ALONE
@pytest.mark.parametrize("pipe", ["", " 2>/dev/null", " </dev/null", " | cat"])
def test_nothing_is_typed_and_nothing_read(steward: Path, pipe: str) -> None:
    typed = Typed(f"{steward} check 'two words'{pipe}")
    shown = typed.said("ended ")
    typed.end()
    tried = json.loads(shown[shown.index("{") : shown.index("}") + 1])
    assert tried["user"] != 0
    assert tried["words"] == ["check", "two words"]
    assert {name: tried[name] for name in REFUSED} == REFUSED
    assert {name: tried[name] for name in UNREAD} == UNREAD


@ROOT_ALONE
def test_its_exit_code_is_the_programs(steward: Path) -> None:
    typed = Typed(f"{steward} 3")
    typed.said("ended 3")
    typed.end()
    assert subprocess.run([str(steward), "4"], capture_output=True, check=False).returncode == 4


@ROOT_ALONE
def test_what_is_piped_into_it_arrives_and_errors_stay_apart(steward: Path) -> None:
    done = subprocess.run([str(steward), "check"], input="rows", capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["words"] == ["check"]
    assert done.stderr == ""


@ROOT_ALONE
def test_control_c_ends_it(steward: Path) -> None:
    typed = Typed(f"trap : INT; {steward} wait")
    typed.said("}")
    os.write(typed.terminal, b"\x03")
    typed.said("ended ")
    typed.end()
    running = subprocess.run(["pgrep", "-f", str(steward.parent)], capture_output=True, text=True, check=False)
    assert running.stdout == ""
