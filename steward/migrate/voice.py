"""What the operator sees: progress that rewrites its line on a terminal, plain lines otherwise, or one JSON at the end.

With --json, standard output holds the JSON alone and lines go to standard error.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from fleet.problem import Refused


class Voice:
    """`out` is where lines go."""

    def __init__(self, as_json: bool, out: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out = out or (sys.stderr if as_json else sys.stdout)
        self.terminal = self.out.isatty()
        self._open = ""

    def line(self, text: str = "") -> None:
        """A line of its own; one that is being rewritten is ended before."""
        if self._open:
            self.out.write("\n")
            self._open = ""
        self.out.write(f"{text}\n")
        self.out.flush()

    def begin(self, text: str) -> None:
        """What is under way; on a terminal only."""
        if self.terminal:
            self._rewrite(f"{text} …")
            self._open = text

    def end(self, text: str) -> None:
        if self.terminal:
            self._rewrite(text)
            self.out.write("\n")
            self._open = ""
        else:
            self.out.write(f"{text}\n")
        self.out.flush()

    def _rewrite(self, text: str) -> None:
        self.out.write(f"\r\x1b[K{text}")
        self.out.flush()

    def result(self, values: Mapping[str, Any]) -> None:
        """The answer as JSON, where that was wanted."""
        if self.as_json:
            json.dump(values, sys.stdout, ensure_ascii=False, indent=2)
            sys.stdout.write("\n")

    def refused(self, refusal: Refused) -> None:
        """The problems: in words on standard error, and as JSON where that was wanted."""
        if self._open:
            self.out.write("\n")
            self._open = ""
        self.out.flush()
        print(refusal, file=sys.stderr)
        problems = [
            {"where": one.where, "line": one.line, "what": one.what, "hint": one.hint} for one in refusal.problems
        ]
        self.result({"ok": False, "problems": problems})


def milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.1f} ms" if nanoseconds < 1e9 else f"{nanoseconds / 1e9:.1f} s"
