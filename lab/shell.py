"""Other programs, and the one way in which the lab says that something went wrong."""

import subprocess
from pathlib import Path


class Trouble(Exception):
    """What is wrong, in lower case, and what to do about it."""

    def __init__(self, what: str, hint: str) -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what}\n    HINT: {hint}")


def attempt(*command: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
    """The finished program, whatever its exit code: 127, as a shell has it, where it is not installed."""
    try:
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def run(*command: str, stdin: str | None = None, hint: str = "") -> str:
    """What the program prints; raises Trouble with its own words when it fails."""
    done = attempt(*command, stdin=stdin)
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        raise Trouble(f"`{' '.join(command)[:200]}` failed: {said}", hint or "`python -m lab down`, then up again")
    return done.stdout


def remove_tree(directory: Path) -> None:
    """Removes the directory and all in it, but nothing of another filesystem that is mounted there."""
    run("rm", "--recursive", "--force", "--one-file-system", str(directory), hint="is something mounted in it?")
