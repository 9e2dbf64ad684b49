"""The one guard before a switchover, a restart or a removal: standbys stream, and have what the primary had written."""

from collections.abc import Iterable

from pyinfra import state

from fleet import guard
from fleet.problem import Problem
from fleet.slot import slot

from .facts import AnswersFact
from .member import Member

PATIENCE = 10  # seconds that standbys may take to receive what the primary had written when the look began


def problem(member: Member, what: str, standbys: Iterable[str]) -> Problem | None:
    """Why `what` is not done to `member`, if so: one of `standbys` is not good at this moment."""
    names, primary = list(standbys), member.primary
    if not names:
        return None
    arguments = (str(member.cluster.port), str(PATIENCE * state.is_executing), *map(slot, names))
    lags = primary.host.get_fact(AnswersFact, script="followers", arguments=arguments)
    return guard.refused(member.where, what, primary.name, names, lags)
