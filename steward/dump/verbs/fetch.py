"""A dump comes back from a target, as the directory that it was; without an id it is told which there are."""

from ..fetch import add_arguments
from ..fetch import do_fetch as run

__all__ = ["add_arguments", "run"]
