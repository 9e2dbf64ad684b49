"""A runbook as whoever follows it: its commands one after the other, on the lab instead of production."""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ...backups.depot import Depot
from ...operator import ROOT

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
NODES = {"pg1": "d1", "pg2": "d2", "backup1": "dr"}
VERBS = {
    "deploy": ("tasks.verbs", "deploy"),
    "status": ("tasks.status",),
    "verify": ("pytest", "-q", "-p", "no:cacheprovider", "tests/acceptance", "--inventory"),
}


class Runbook:
    """The commands of a page. Each is run once, in their order; `done` says whether none was left out."""

    def __init__(self, drills: Depot, page: str) -> None:
        self.drills, self.page = drills, page
        self.commands = list(commands((ROOT / "backup" / "runbooks" / page).read_text(encoding="utf-8")))

    def run(self, begins: str, fails: bool = False, **words: str) -> str:
        """Runs the next command, which begins so, with words put in; what it says."""
        command = self.commands.pop(0)
        assert command.startswith(begins), f"{self.page}: {command!r} is next"
        for name, word in words.items():
            command = command.replace(name, word)
        begun = time.monotonic()
        done = self.attempt(command)
        print(f"{self.page}: {time.monotonic() - begun:5.1f} s  {command}")
        assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def attempt(self, command: str) -> "subprocess.CompletedProcess[str]":
        node, dollar, rest = command.partition("$ ")
        if dollar and node in NODES:
            for name, here in NODES.items():
                rest = re.sub(rf"'{name}'", f"'{here}'", rest)
            return self.drills.lab.attempt(NODES[node], f"cd /; {rest}")
        return subprocess.run(self.local(command), cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)

    def local(self, command: str) -> list[str]:
        """The same on this machine, for the lab's environment."""
        inventory = str(self.drills.operator.inventory)
        words = shlex.split(command.partition("  #")[0])
        if words[0] == "make":
            return [sys.executable, "-m", *VERBS[words[1]], inventory]
        assert words[:2] == ["pyinfra", "inventories/prod"], command
        return [sys.executable, "-m", "pyinfra", inventory, *(NODES.get(word, word) for word in words[2:])]

    def done(self) -> None:
        assert self.commands == [], f"{self.page}: these were not run"


def commands(text: str) -> Iterator[str]:
    for block in BLOCK.findall(text):
        yield from block.splitlines()


def pages() -> list[Path]:
    return sorted((ROOT / "backup" / "runbooks").glob("*.md"))
