"""What a disaster comes to, where the conductor's clock and the host's are not the same, and production goes on."""

import pytest

from steward.drill.spare import lacking, skew

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
