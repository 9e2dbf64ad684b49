"""The one guard before anything that a cluster could lose rows by: a switchover, a restart, a removal.

A standby counts when it streams and has received what its primary had written when the guard began to look. Members
that merely run have lost everything in measured switchovers: docs/decisions/promotion.md.
"""

from collections.abc import Iterable, Mapping

from .problem import Problem
from .slot import slot


def refused(where: str, what: str, primary: str, standbys: Iterable[str], lags: Mapping[str, str]) -> Problem | None:
    """Why `what` is not done, if so. `lags`: by slot what `templates/sh/followers.sh` found wrong; empty where good.

    One that it says nothing of is not good: the primary's host may not have answered.
    """
    said_of = {name: lags.get(slot(name), "is not known to be good") for name in standbys}
    wrong = {name: reason for name, reason in said_of.items() if reason}
    if not wrong:
        return None
    said = ", ".join(f"{name} {reason}" for name, reason in wrong.items())
    return Problem(where, f"not {what}: {said} (from {primary})", "mend replication first; `make status` shows it")
