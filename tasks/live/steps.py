"""The steps that promotions and switchovers are made of: each on one host, decided from what stands there then."""

from collections.abc import Iterator

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import promotion
from fleet.problem import Problem

from .. import replication, server
from ..facts import AnswersFact
from ..guard import problem
from ..member import Member
from ..outcome import announce, refusal
from ..replication import await_streaming
from ..shell import script
from . import elsewhere
from .act import Act


@operation()
def fenced(member: Member, act: Act) -> Iterator[StringCommand]:
    """The old primary is stopped, and does not start again."""
    if member.server_now().recovery is False:
        hint = "backup/switchover.py hands over without loss; if it must be given up, stop its server first"
        yield refusal(Problem(member.where, "is the primary, and answers", hint))
        return
    announce(f"{member.layout.unit} is stopped and masked, and its start.conf says disabled")
    yield script("fence", *member.place[:2], f"another node was promoted in place of {member.name}")
    act.mark("fence")


@operation()
def unanswered(member: Member, act: Act) -> Iterator[StringCommand]:
    """A primary that is said to be off does not answer: it may have come back since that was said."""
    if wrong := act.answered(member):
        yield refusal(wrong)
        return
    host.noop(f"{act.lost} does not answer")


@operation()
def guarded(member: Member, act: Act) -> Iterator[StringCommand]:
    """The standbys stream, and have what the primary had written when this began."""
    if member.name != act.chosen():
        return host.noop("another one takes over")
    standbys = [one.name for one in act.members if one.name != act.old]
    wrong = problem(act.present(member), "switched over", standbys)
    if wrong:
        yield refusal(wrong)
        return
    host.noop("the standbys have what the primary has written")
    act.mark("guard")


@operation()
def given_up(member: Member) -> Iterator[StringCommand]:
    """A standby stops, and what it has is no copy any more; while the others are good and commits go on."""
    others = [name for name in member.cluster.standbys if name != member.name]
    wrong = problem(member, "rebuilt", others)
    if member.server_now().recovery is False:
        wrong = Problem(member.where, "takes writes, and is no standby", "is the right node declared primary?")
    elif member.primary.server_now().recovery is not False:
        what = f"{member.primary.name} does not take writes: what is here may be all that is left"
        wrong = Problem(member.where, what, "mend the primary first, or promote a standby: backup/promote.py")
    elif needed(member, others):
        hint = "it streams, and is waited for: declare another standby first"
        wrong = wrong or Problem(member.where, "is the last that commits can wait for", hint)
    if wrong:
        yield refusal(wrong)
        return
    announce(f"{member.layout.unit} is stopped, and its data made anew")
    yield script("give-up", *member.place[:3])


def needed(member: Member, others: list[str]) -> bool:
    """Whether commits go on now because this standby is there."""
    streaming = promotion.followed(member.cluster, member.primary.server_now())
    return member.name in streaming and not promotion.waits(member.cluster, others)


@operation()
def readied(member: Member, act: Act) -> Iterator[StringCommand]:
    """The one that takes the writes has a slot for each that will follow it. It goes on to follow until it is asked.

    Whom its commits wait for stands in its configuration already; where they are to wait for nobody, it has to learn.
    """
    chosen = act.chosen()
    if act.wrong and chosen in ("", member.name):
        yield refusal(act.wrong[0])
        return
    if chosen != member.name:
        return host.noop("another one takes the writes")
    if act.choice:
        act.mark("choose")
        announce(str(act.choice))
    elif not act.came_to("guard"):
        return host.noop("the guard said no")
    after = act.after(member)
    yield from replication.slots._inner(after)
    if act.alone:
        announce("commits wait for nobody, until the next deploy")
        yield from server.configured._inner(after)
    act.mark("ready")


@operation()
def stopped(member: Member, act: Act) -> Iterator[StringCommand]:
    """The old primary stops, once all that it has written has been sent."""
    if member.name != act.old or not act.came_to("ready"):
        return host.noop("it is not this one's turn")
    announce(f"{member.layout.unit} is stopped")
    yield script("hand-over", *member.place)
    act.mark("stop")


@operation()
def promoted(member: Member, act: Act) -> Iterator[StringCommand]:
    """It leaves recovery: with all that it has, or, where the old primary was stopped, with all that there is."""
    if act.chosen() != member.name:
        return host.noop("another one takes the writes")
    if not act.came_to("choose" if act.choice else "stop"):
        return host.noop("the old primary has not stopped")
    announce(f"{member.name} takes the writes")
    yield script("promote", member.cluster.port, ended(member, act), member.layout.log)
    act.mark("promote")


def ended(member: Member, act: Act) -> str:
    """Where the log of a primary that was stopped in order ends; `0/0` where it was lost."""
    if "stop" not in act.marks:
        return "0/0"
    old = member.mate(act.old)
    said = old.host.get_fact(AnswersFact, script="ended", arguments=tuple(map(str, old.place[:3])))
    return str(said.get("position", "FFFFFFFF/FFFFFFFF"))  # where that cannot be read, nothing is enough


@operation()
def followed(member: Member, act: Act) -> Iterator[StringCommand]:
    """The new primary is configured as one; the others follow it, also the one that was the primary."""
    if not act.came_to("promote"):
        return host.noop("nobody has taken the writes over")
    after = act.after(member)
    if act.chosen() == member.name:
        yield from server.configured._inner(after)
        return
    announce(f"{member.name} follows {act.chosen()}")
    if member.name == act.old:
        yield script("demote", *member.place[:3])
    yield from server.configured._inner(after)
    if member.name == act.old:
        yield script("start", "start", *member.place)
        yield script("drop-slots", member.cluster.port, *replication.wanted(act.present(member)))
    yield await_streaming(after)


@operation()
def undone(member: Member, act: Act) -> Iterator[StringCommand]:
    """Where nobody took the writes over, the old primary has them again; where nobody knows, it must not.

    The one that was asked may yet be about to: first that is taken back.
    """
    if member.name != act.old or "promote" in act.marks or "stop" not in act.marks:
        return host.noop("nothing has to be undone")
    act.mark("undo")
    taker = member.mate(act.chosen())
    if not (elsewhere.done(taker.host, script("withdraw", *taker.place)) and taker.server_now().standby):
        what = f"is not started again: {taker.name} was asked to take the writes, and may have them, or take them yet"
        start = f"systemctl start {member.layout.unit}"
        hint = f"does {taker.name} take writes? then edit the file, and deploy; else stop its server, and here: {start}"
        yield refusal(Problem(member.where, what, hint))
        return
    announce(f"{member.name} goes on as the primary")
    yield script("start", "start", *member.place)
