"""A drill removes what a drill has made, and nothing else, whatever the place is that was declared."""

from dataclasses import replace
from pathlib import Path

import pytest

from fleet.problem import Refused
from steward.cluster import Described
from steward.drill.scratch import MARK, made, tidy

from .world import told


def declared(directory: Path) -> Described:
    return replace(told(directory / "data"), drills={"directory": str(directory)})


def test_what_a_drill_has_made_goes_whenever_it_was_killed(tmp_path: Path) -> None:
    place = tmp_path / "main"
    tidy(declared(tmp_path))
    for filled in (True, False):
        data = made(place)
        if filled:
            (data / "PG_VERSION").write_text("17")
        tidy(declared(tmp_path))
        assert not place.exists()
    place.mkdir()  # killed before its first file
    tidy(declared(tmp_path))
    assert not place.exists()


def test_the_mark_goes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(tmp_path / "main")
    data.parent.joinpath("lock", "one").touch()

    def killed(path: Path) -> None:
        assert path.name != "main"
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        tidy(declared(tmp_path))
    assert (tmp_path / "main" / MARK).exists()


def test_data_that_no_drill_has_made_is_refused_and_stays(tmp_path: Path) -> None:
    place = tmp_path / "main"
    (place / "data").mkdir(parents=True)
    (place / "data" / "PG_VERSION").write_text("17")
    with pytest.raises(Refused, match="is there, and no drill has made it"):
        tidy(declared(tmp_path))
    assert (place / "data" / "PG_VERSION").read_text() == "17"
