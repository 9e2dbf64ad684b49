"""pyinfra orders operations by the lines that begin them. For each it looks at all frames, and reads the source around
every line of theirs, which it does not use: a fifth of what a run costs that changes nothing. Lines are enough here.
"""

import inspect
from functools import partial

from pyinfra.api import util


def without_source() -> None:
    """pyinfra reads no source to order operations."""
    vars(util).update(stack=partial(inspect.stack, 0), getframeinfo=partial(inspect.getframeinfo, context=0))
