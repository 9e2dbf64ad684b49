"""How far work has come is shown on a terminal, and nowhere else."""

import io
import os
import pty
import re
import select
import threading

from steward.progress import Progress, clock, drawn


def read(terminal: int) -> str:
    """All that was written, which a terminal hands on piece by piece."""
    found = b""
    while select.select([terminal], [], [], 0.5)[0]:
        found += os.read(terminal, 1 << 16)
    return found.decode()


def test_where_there_is_no_terminal_nothing_is_said() -> None:
    out = io.StringIO()
    with Progress(out).of("sending", 100) as bar:
        bar.add(50)
    assert out.getvalue() == ""


def test_a_terminal_shows_one_line_and_is_left_with_none() -> None:
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as out:
        progress = Progress(out)
        with progress.of("sending shop", 1000) as bar:
            for _ in range(10):
                bar.add(100)
        said = read(reader)
    os.close(reader)
    assert "sending shop" in said
    assert "\n" not in said
    assert said.endswith("\r\x1b[K")


def test_a_line_is_not_drawn_more_often_than_somebody_can_read() -> None:
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as out, Progress(out).of("sending", 100_000) as bar:
        for _ in range(100_000):
            bar.add(1)
        assert os.read(reader, 1 << 16).count(b"\r") < 100
    os.close(reader)


def test_what_has_to_be_done_again_is_taken_back() -> None:
    with Progress(io.StringIO()).of("sending", 100) as bar:
        bar.add(60)
        bar.add(-20)
        assert bar.share == 0.4
        bar.add(900)
        assert bar.share == 1.0


def test_nothing_to_do_is_all_done() -> None:
    with Progress(io.StringIO()).of("sending", 0) as bar:
        assert bar.share == 1.0


def test_several_share_the_line() -> None:
    progress = Progress(io.StringIO())
    with progress.of("offsite", 100) as one, progress.of("vault", 1 << 20) as two:
        one.add(45)
        two.reached(1 << 19)
        assert re.fullmatch(r"offsite  45% of 100 B, .*/s.* \| vault  50% of 1 MB, .*/s.*", drawn([one, two]))
        assert drawn([one]).startswith("[###########.............] offsite  45%")


def test_counting_from_several_threads_loses_nothing() -> None:
    with Progress(io.StringIO()).of("sending", 80_000) as bar:
        threads = [threading.Thread(target=lambda: [bar.add(1) for _ in range(10_000)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert bar.done == 80_000


def test_time_left_reads_as_a_clock() -> None:
    assert (clock(5), clock(125), clock(3723)) == ("0:05", "2:05", "1:02:03")
