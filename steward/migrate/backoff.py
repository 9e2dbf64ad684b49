"""How long to wait before trying again: twice as long each time, up to a bound, and never twice the same."""

from collections.abc import Callable

FIRST = 0.5  # seconds
LONGEST = 15.0


def delay(attempt: int, chance: Callable[[], float]) -> float:
    """Seconds after the `attempt`th failure, counted from 1; `chance` gives numbers in [0, 1).

    Between half and all of the doubled bound, so that several who were blocked together do not come back together.
    """
    bound = min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 10))
    return bound * (0.5 + chance() / 2)
