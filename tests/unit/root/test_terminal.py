"""Root's terminal stays root's: whoever is postgres types nothing into it, whatever root has redirected.

In the place of postgres, who is not on every machine, stands nobody.
"""

import os
import pty
import re
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.shell import COMMON, TEMPLATES, text

pytestmark = pytest.mark.skipif(
    os.getuid() != 0, reason="NOBODY TRIES TO TYPE INTO ROOT'S TERMINAL HERE: run it as root"
)

TYPIST = """#!/usr/bin/python3 -I
# What somebody who is postgres would try, on the terminal by name and on all that is open.
import fcntl, os, termios
try:
    os.dup2(os.open("/dev/tty", os.O_RDWR), 9)
except OSError:
    pass
for handle in range(10):
    try:
        os.ttyname(handle)
        for letter in b"typed\\n":
            fcntl.ioctl(handle, termios.TIOCSTI, bytes([letter]))
    except OSError:
        pass
"""
SAYS = """#!/usr/bin/python3 -I
import os, subprocess, sys
if sys.argv[1] == "wait":
    try:
        begun = subprocess.Popen(["sleep", "20.125"])
        print("waits for", begun.pid, flush=True)
        begun.wait()
    except KeyboardInterrupt:
        sys.exit(130)
taken = "" if os.isatty(0) else sys.stdin.read()
print("said", taken + "by", *sys.argv[2:], os.getuid(), "to terminals:", *(os.isatty(one) for one in (0, 1, 2)))
print("complained", file=sys.stderr)
sys.exit(7)
"""
ROOTS = """
{command}
echo "code $?"
stty -icanon -echo min 0 time 1
cat > "$PLACE/typed"
"""
"""What root has typed, and what comes out of the terminal afterwards, as root's shell would read it."""


class Terminal:
    """A terminal of root's, with programs in `place` that postgres may run."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def program(self, name: str, begins: str, words: str) -> None:
        """The program of a host, which begins these words in place of steward."""
        whole, count = re.subn(r"exec python3 -I \S+", f"exec {words}", begins)
        assert count == 1
        self.install(name, whole)

    def install(self, name: str, what: str) -> None:
        (self.place / name).write_text(what.replace("-u postgres", "-u nobody"))
        (self.place / name).chmod(0o755)

    def run(self, command: str, keys: bytes = b"", after: bytes = b"waits") -> str:
        """What the terminal shows of a command; `keys` are typed as soon as it shows `after`."""
        (self.place / "errors").unlink(missing_ok=True)
        process, handle = pty.fork()
        if process == 0:
            for one in (signal.SIGINT, signal.SIGHUP):  # ignored by jobs in the background, and by those of nohup
                signal.signal(one, signal.SIG_DFL)
            os.chdir(self.place)
            words = ["bash", "-c", ROOTS.format(command=command)]
            os.execvpe("bash", words, {"PATH": f"{self.place}:/usr/sbin:/usr/bin:/bin", "PLACE": str(self.place)})
        shown = watched(handle, keys, after)
        os.close(handle)
        assert os.waitpid(process, 0)[1] == 0
        return shown

    @property
    def typed(self) -> str:
        return (self.place / "typed").read_text()


def watched(handle: int, keys: bytes, after: bytes) -> str:
    """All that is shown until nobody has the terminal open."""
    shown, until = b"", time.monotonic() + 30
    while select.select([handle], [], [], max(until - time.monotonic(), 0))[0]:
        try:
            shown += os.read(handle, 4096)
        except OSError:
            return shown.decode()
        if keys and after in shown:
            os.write(handle, keys)
            keys = b""
    raise AssertionError(f"it does not end: {shown!r}")


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    place = Path(tempfile.mkdtemp(dir="/opt"))
    place.chmod(0o755)
    made = Terminal(place)
    made.install("typist", TYPIST)
    made.install("says", SAYS)
    for name in ("typist", "says"):
        made.program(f"steward-{name}", text("steward/steward"), str(place / name))
    yield made
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def open_kernel(terminal: Terminal) -> None:
    """A kernel on which the typist types where he can: without one nothing would be shown here."""
    terminal.run("runuser -u nobody -- typist")
    if "typed" not in terminal.typed:
        pytest.skip("THIS KERNEL LETS NOBODY TYPE FOR ANOTHER (dev.tty.legacy_tiocsti): nothing to show")


@pytest.mark.usefixtures("open_kernel")
@pytest.mark.parametrize(
    "redirected",
    [
        "",
        "< /dev/null",
        "> /dev/null",
        "2> /dev/null",
        "| cat",
        "< /dev/null > /dev/null 2>&1",
        "< /dev/null 2>&1 | cat",
        "3>&1",
    ],
)
def test_who_is_postgres_cannot_type_into_roots_terminal(terminal: Terminal, redirected: str) -> None:
    terminal.run(f"steward-typist {redirected}")
    assert terminal.typed == ""


@pytest.mark.usefixtures("open_kernel")
def test_a_script_of_a_deploy_cannot_either(terminal: Terminal) -> None:
    terminal.install("script", text(COMMON[0]) + "\nas_postgres typist\n")
    terminal.run("sh script")
    assert terminal.typed == ""


@pytest.mark.usefixtures("open_kernel")
def test_a_runbook_cannot_either(terminal: Terminal) -> None:
    terminal.run("runuser --pty -u nobody -- typist")
    assert terminal.typed == ""


@pytest.mark.parametrize(
    ("redirected", "terminals"),
    [
        ("", "True True True"),
        ("< /dev/null", "False True True"),
        ("| cat", "True False True"),
        ("2> errors", "True True False"),
        ("< /dev/null 2> errors | cat", "False False False"),
    ],
)
def test_the_program_has_terminals_where_root_has_them(terminal: Terminal, redirected: str, terminals: str) -> None:
    shown = terminal.run(f"set -o pipefail; steward-says now 'two  words' {redirected}")
    assert "by two  words" in shown
    assert f"to terminals: {terminals}" in shown
    assert "code 7" in shown
    complained = terminal.place / "errors"
    assert "complained" in (complained.read_text() if complained.exists() else shown)


def test_pipes_and_files_are_the_programs_own(terminal: Terminal) -> None:
    shown = terminal.run("printf 'a line\\nor two\\n' | steward-says now > kept 2> errors")
    assert (terminal.place / "kept").read_bytes().startswith(b"said a line\nor two\nby ")
    assert (terminal.place / "errors").read_bytes() == b"complained\n"
    assert "code 7" in shown


@pytest.mark.parametrize("redirected", ["", "2> errors", "| cat", "< /dev/null"])
def test_ctrl_c_ends_it_and_what_it_has_begun(terminal: Terminal, redirected: str) -> None:
    begun = time.monotonic()
    shown = terminal.run(f"trap : INT; steward-says wait {redirected}", keys=b"\x03")
    assert time.monotonic() - begun < 15
    waited = re.search(r"waits for (\d+)\r", shown)
    assert waited and not runs(waited[1]), shown


def runs(process: str) -> bool:
    """Whether it still runs; of one that has ended and is not collected, nothing but its number is there."""
    try:
        return Path("/proc", process, "cmdline").read_bytes() != b""
    except OSError:
        return False


def test_ctrl_c_is_an_interrupt_to_it(terminal: Terminal) -> None:
    assert "code 130" in terminal.run("trap : INT; steward-says wait", keys=b"\x03")


def test_ctrl_z_does_not_leave_it_asleep(terminal: Terminal) -> None:
    assert "code 130" in terminal.run("trap : INT; steward-says wait", keys=b"\x1a\x03")


def test_it_goes_on_in_the_background(terminal: Terminal) -> None:
    assert "said by" in terminal.run("set -m; steward-says now & wait")


def test_no_runbook_has_root_lend_his_terminal() -> None:
    for path in sorted(TEMPLATES.parent.glob("**/runbooks/*.md")):
        assert "runuser -u" not in path.read_text(encoding="utf-8"), path
