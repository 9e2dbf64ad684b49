"""Pauses between attempts."""

from hypothesis import given
from hypothesis import strategies as st

from steward.migrate.backoff import FIRST, LONGEST, delay


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_positive_and_bounded(attempt: int, chance: float) -> None:
    assert FIRST / 2 <= delay(attempt, lambda: chance) <= LONGEST


def test_pauses_grow_and_are_never_quite_the_same() -> None:
    assert [delay(attempt, lambda: 0.0) for attempt in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, 2.0]
    assert delay(3, lambda: 0.9) > delay(3, lambda: 0.1)
