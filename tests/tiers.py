"""Two tiers: `make test` tries each promise once; `make test-all` adds what the marker `long` is on.

The marker takes its reason: why the first tier may do without the test, or why it takes too long for it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

ANOTHER_RELEASE = "the same on another release; the first tier tries it on one"
ANOTHER_MOMENT = "the same killed at another moment; the first tier tries one"
ANOTHER_CASE = "the same with another case; the first tier tries one"


def one_first(values: Iterable[Any], *first: Any, reason: str = ANOTHER_RELEASE) -> list[Any]:
    """The values as parameters: those of `first` for both tiers, the others for the second."""
    return list(_marked(values, first, reason))


def _marked(values: Iterable[Any], first: tuple[Any, ...], reason: str) -> Iterator[Any]:
    for value in values:
        if value in first:
            yield value
        else:
            marks = pytest.mark.long(reason)
            yield pytest.param(*value, marks=marks) if isinstance(value, tuple) else pytest.param(value, marks=marks)
