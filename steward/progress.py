"""How far long work has come: a line that rewrites itself on a terminal, and nothing anywhere else."""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from fleet.size import about

OFTEN = 0.1  # seconds between two looks of the line
WIDTH = 24


class Bar:
    """One piece of work, `total` bytes of it. `add` may take back what has to be done again."""

    def __init__(self, what: str, total: int, told: Callable[[], None]) -> None:
        self.what, self.total, self.done = what, total, 0
        self.begun = time.monotonic()
        self._told = told
        self._turn = threading.Lock()

    def add(self, count: int) -> None:
        with self._turn:
            self.done += count
        self._told()

    def reached(self, done: int) -> None:
        with self._turn:
            self.done = done
        self._told()

    @property
    def share(self) -> float:
        return min(max(self.done / self.total, 0.0), 1.0) if self.total else 1.0

    def __str__(self) -> str:
        seconds = max(time.monotonic() - self.begun, 0.001)
        speed = self.done / seconds
        left = f", {clock((self.total - self.done) / speed)} left" if speed > 0 and self.share < 1 else ""
        return f"{self.what} {self.share:4.0%} of {about(self.total)}, {about(int(max(speed, 0)))}/s{left}"


class Progress:
    """All that is under way, in one line; several threads may be at work."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.shown = self.out.isatty()
        self._bars: list[Bar] = []
        self._turn = threading.Lock()
        self._last = 0.0

    @contextmanager
    def of(self, what: str, total: int) -> Iterator[Bar]:
        """A piece of work, for as long as it lasts."""
        bar = Bar(what, total, self._told)
        with self._turn:
            self._bars.append(bar)
        try:
            yield bar
        finally:
            with self._turn:
                self._bars.remove(bar)
                self._draw()

    def _told(self) -> None:
        if self.shown and time.monotonic() - self._last > OFTEN and self._turn.acquire(blocking=False):
            try:
                self._draw()
            finally:
                self._turn.release()

    def _draw(self) -> None:
        if self.shown:
            self._last = time.monotonic()
            width = shutil.get_terminal_size().columns - 1
            self.out.write(f"\r\x1b[K{drawn(self._bars)[:width]}")
            self.out.flush()


def drawn(bars: list[Bar]) -> str:
    """The line: one piece of work with a bar, several without."""
    if len(bars) == 1:
        full = round(bars[0].share * WIDTH)
        return f"[{'#' * full}{'.' * (WIDTH - full)}] {bars[0]}"
    return " | ".join(str(bar) for bar in bars)


def clock(seconds: float) -> str:
    """`1:02:03`, or `2:03`."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"
