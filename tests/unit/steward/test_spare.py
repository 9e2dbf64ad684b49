"""What a disaster comes to, where the conductor's clock and the host's are not the same, and production goes on."""

from pathlib import Path

import pytest

from steward.drill.spare import PLACE, enclosed, lacking, move, skew

from .world import told

AT = 1_800_000_000.0
NEWEST = "2027-01-15 07:59:50.000+00"
"""Ten seconds before."""


@pytest.mark.parametrize(("received", "known"), [(AT, 0), (AT + 1.5, 0), (AT + 60, 60), (AT - 35, -35)])
def test_a_clock_that_differs_is_known_by_what_an_order_cannot_have_taken(received: float, known: float) -> None:
    assert skew(AT, received) == known


def test_what_is_lost_counts_from_the_loss_or_from_where_a_living_archive_ended() -> None:
    assert lacking(AT, False, AT + 20, NEWEST) == 10
    assert lacking(AT, True, AT + 20, NEWEST) == 30
    assert lacking(AT - 15, False, AT + 20, NEWEST) == 30  # it did not answer, and wrote on
    assert lacking(AT, True, AT + 20, "") is None


def test_the_data_moves_below_its_own_directory_with_its_tablespaces(tmp_path: Path) -> None:
    data, tablespaces = tmp_path / "shop", tmp_path / "shop-tablespaces"
    for path in (data / "base" / "1", data / "pg_tblspc", tablespaces / "16500" / "PG_17"):
        path.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17")
    (data / "pg_tblspc" / "16500").symlink_to(tablespaces / "16500")
    (data / "pg_tblspc" / "16501").symlink_to("/srv/elsewhere")
    place = enclosed(told(data)).directory
    move(data, place)
    assert [path.name for path in data.iterdir()] == [PLACE]
    assert sorted(path.name for path in place.iterdir()) == ["PG_VERSION", "base", "pg_tblspc"]
    assert (place / "pg_tblspc" / "16500" / "PG_17").is_dir()
    assert (place / "pg_tblspc" / "16500").readlink().is_relative_to(data)
    assert (place / "pg_tblspc" / "16501").readlink() == Path("/srv/elsewhere")
    assert not tablespaces.exists()
    assert place.stat().st_mode & 0o777 == 0o700
