"""Whether a server may start as a primary: what its peers say, and its own files."""

from pathlib import Path

import pytest

from steward import fence, guard
from steward.guard import STAY, Known, controlled, guarded, reasons

from .world import told

HERE = Known("7", 3, True)


@pytest.mark.parametrize(
    "peer",
    [
        Known("7", 3, False),  # a standby of ours, as it should be
        Known("7", 2, False),
        Known("7", 2, True),  # it is the one that is outdated
        Known("8", 9, True),  # another cluster, at an address that was ours
    ],
)
def test_a_primary_that_nobody_has_replaced_starts(peer: Known) -> None:
    assert list(reasons(HERE, {"pg2": peer})) == []


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (Known("7", 4, True), "pg2 is the primary, on timeline 4; this node is on 3"),
        (Known("7", 3, True), "pg2 is the primary, on timeline 3; this node is on 3"),
        (Known("7", 4, False), "pg2 follows timeline 4; this node is on 3"),
    ],
)
def test_a_primary_that_was_replaced_stays_down(peer: Known, said: str) -> None:
    assert list(reasons(HERE, {"pg3": Known("7", 3, False), "pg2": peer})) == [said]


def test_a_server_that_was_marked_stays_down_and_everybody_who_asks_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guard, "described", lambda name: told(tmp_path))
    monkeypatch.setattr(fence, "mark", lambda _: tmp_path / "fenced")
    (tmp_path / "fenced").write_text("pg2 is the primary, on timeline 4; this node is on 3\n")
    assert guard.main(["main"]) == STAY
    said = capsys.readouterr().err
    assert said.startswith("pg1 may not start: pg2 is the primary, on timeline 4; this node is on 3\n    HINT: ")


def test_a_mark_that_cannot_be_read_or_says_nothing_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guard, "described", lambda name: told(tmp_path))
    monkeypatch.setattr(fence, "mark", lambda _: tmp_path / "fenced")
    (tmp_path / "fenced").touch()  # the disk was full
    assert guard.main(["main"]) == STAY
    assert "says so, and not why" in capsys.readouterr().err
    (tmp_path / "fenced").unlink()
    assert fence.reason(told(tmp_path)) == ""
    (tmp_path / "fenced").mkdir()
    assert guard.main(["main"]) == STAY
    assert "fenced cannot be read: is a directory" in capsys.readouterr().err


def test_a_disk_that_takes_no_mark_does_not_let_a_primary_start_that_was_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(guard, "described", lambda name: told(tmp_path))
    monkeypatch.setattr(fence, "mark", lambda _: tmp_path / "fenced")
    monkeypatch.setattr(guard, "own", lambda _: HERE)
    monkeypatch.setattr(guard, "superseded", lambda *_: "pg2 is the primary, on timeline 4; this node is on 3")
    monkeypatch.setattr(guard.records, "replace", full)
    (tmp_path / "postmaster.opts").touch()
    assert guard.main(["main"]) == STAY


def test_only_what_has_been_a_primary_is_asked_about(tmp_path: Path) -> None:
    assert not guarded(tmp_path)  # it never ran
    (tmp_path / "postmaster.opts").touch()
    assert guarded(tmp_path)
    for name in ("standby.signal", "recovery.signal"):
        (tmp_path / name).touch()
        assert not guarded(tmp_path)
        (tmp_path / name).unlink()


def test_the_timeline_is_that_of_a_promotion_before_its_first_checkpoint() -> None:
    lines = [
        "Database system identifier:           7654321",
        "Latest checkpoint's TimeLineID:       1",
        "Min recovery ending loc's timeline:   2",
    ]
    assert controlled(lines) == Known("7654321", 2, True)
