"""The outage meter as a process beside this one: begun, asked, ended."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .meter import Measured

PROJECT = Path(__file__).parent.parent.parent
PAUSE = 0.2


class Watching:
    """A meter that writes; `dsn` are libpq's parameters, the password among them."""

    def __init__(self, dsn: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "tasks.live.meter"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)
        self._say(json.dumps(dsn))

    def await_write(self, since: float, seconds: float) -> bool:
        """Whether a write is acknowledged after the moment `since`, within so many seconds."""
        end = time.time() + seconds
        while (seen := self._ask("look")) and seen["last"] <= since:
            if time.time() > end:
                return False
            time.sleep(PAUSE)
        return bool(seen)

    def end(self) -> Measured:
        """Stops it, and what it has seen; raises EOFError where it cannot say: it died, or could not read its table."""
        said = self._ask("end")
        self.process.wait(10)
        if not said:
            raise EOFError("the outage meter has ended without a word")
        return Measured(**{**said, "missing": tuple(said["missing"])})

    def kill(self) -> None:
        """Ends it where nobody wants to know."""
        self.process.kill()
        self.process.wait()

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _ask(self, line: str) -> dict[str, Any]:
        """Its answer; empty where it has ended by itself."""
        assert self.process.stdout
        try:
            self._say(line)
            answer: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        except BrokenPipeError:
            return {}
        return answer
