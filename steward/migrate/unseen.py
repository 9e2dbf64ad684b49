"""A refusal of a kind of its own: nothing could be looked at. The program's exit code is 2."""

from fleet.problem import Refused


class Unseen(Refused):
    """No connection, no linter, or nothing to compare with."""
