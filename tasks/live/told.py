"""What a promotion or a switchover says at its end: who has the writes, how long it took, and what to edit."""

from collections.abc import Iterator
from pathlib import Path

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation

from fleet.lsn import show_lsn

from ..facts import AnswersFact
from ..member import Member
from ..outcome import announce
from ..shell import script
from .act import Act


@operation()
def outcome(member: Member, act: Act) -> Iterator[StringCommand]:
    """Said as soon as there is a primary: what comes after may fail, and the edit is to be made all the same."""
    if state.is_executing and member.name == act.chosen() and act.came_to("promote"):
        for line in lines(member, act):
            logger.info(f"{host.print_prefix}{line}")
    yield from ()


def lines(member: Member, act: Act) -> Iterator[str]:
    phases = act.phases()
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in phases)
    whole = sum(seconds for _, seconds in phases)
    yield f"{member.name} is the primary of {act.cluster}, {whole:.1f} s after the command ({parts})"
    if act.choice:
        last = newest(member, act.choice.position)
        yield f"everything up to {show_lsn(act.choice.position)} came over" + (
            f"; its last heartbeat is of {last}" if last else ""
        )
        for name, less in act.choice.behind.items():
            yield f"{name} had {less} bytes less"
    elif "stop" in act.marks:
        yield f"nobody took writes for {act.marks['promote'] - act.marks['ready']:.1f} s; nothing is lost"
    if not act.client:  # a drill puts all back by itself
        yield from left(act)


def left(act: Act) -> Iterator[str]:
    """What is left to do."""
    yield f"{act.source} is the only thing left to edit:"
    yield from (f"    {edit}" for edit in act.edits())
    rebuilt = ", ".join(dict.fromkeys((act.old, *act.unreachable))) if act.choice else ""
    then = f"then: make deploy environment={Path(act.source).stem}"
    yield then + (f"    (it makes {rebuilt} a standby again, once it can be reached)" if rebuilt else "")


def newest(member: Member, position: int) -> str:
    """The moment of the newest heartbeat that lies before `position`; empty where there is none."""
    arguments = (str(member.cluster.port), show_lsn(position))
    return str(member.host.get_fact(AnswersFact, script="newest-beat", arguments=arguments).get("at", ""))


@operation(is_idempotent=False)
def archiving(member: Member, act: Act) -> Iterator[StringCommand]:
    """The new primary's WAL arrives in every repository: backups go on from there."""
    if member.name != act.chosen() or not member.cluster.backups:
        return host.noop("nothing of this is its own")
    announce("a segment is archived by the new primary")
    yield script("archived", member.cluster.port)
