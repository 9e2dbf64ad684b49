"""Facts are read once and remembered until an operation changes something, on whichever host.

pyinfra reads a fact anew at each call. What an operation decides from must be fresh; what nothing has touched since it
was read is. Between the plan and the run, where an operator may think for an hour, everything is forgotten.

A deploy asks at once what the last one has asked, each host by itself: a round trip and a shell for each question are
most of what a run costs that changes nothing.
"""

import atexit
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from pyinfra import logger, state
from pyinfra.api import Host
from pyinfra.api.facts import get_fact
from pyinfra.api.state import BaseStateCallback, State
from pyinfra.context import ctx_host, ctx_state

from . import frames, questions
from .batch import BatchFact, program
from .facts import KINDS
from .questions import Asked, Question, question
from .shell import Script

_remembered: dict[tuple[str, str, Question], Any] = {}
_asked: Asked = {}
_files: list[Path] = []


def keep(*words: str) -> None:
    """Installs the callback, once a run (deploy code runs once a host). `words` name the deploy whose questions are
    asked at once; without them each is asked when it is needed."""
    if not any(isinstance(handler, Forgetting) for handler in state.callback_handlers):
        state.add_callback_handler(Forgetting())
        frames.without_source()
        if words:
            _files.append(questions.place(*words))
            atexit.register(lambda: questions.keep(_files[0], _asked))


class Forgetting(BaseStateCallback):
    """Forgets all after each operation that ran a command anywhere; asks at once when the run begins."""

    @staticmethod
    def operation_start(state: State, op_hash: Any) -> None:
        if part() not in _asked:
            ask(state.inventory.get_active_hosts())

    @staticmethod
    def operation_end(state: State, op_hash: Any) -> None:
        metas = (state.ops[host][op_hash].operation_meta for host in state.inventory if op_hash in state.ops[host])
        if any(not meta.is_complete() or not meta.did_succeed() or meta.did_change() for meta in metas):
            _remembered.clear()


def recall(host: Host, fact: type, **arguments: Any) -> Any:
    """The fact as it was read since the last change, or as it is read now."""
    one = question(fact, arguments)
    mine = _asked.setdefault(part(), {}).setdefault(host.name, [])
    if one not in mine:
        mine.append(one)
    key = (period(), host.name, one)
    if isinstance(_remembered.get(key), Answer):
        _remembered[key] = _remembered[key].wait(one)
    if _remembered.get(key) is None:
        _remembered[key] = host.get_fact(fact, **arguments)
    return _remembered[key]


def look(host: Host, fact: type, **arguments: Any) -> Any:
    """The fact as it is read now, or, in a deploy, as `recall` has it: no operation of a deploy looks after it has
    changed something."""
    return recall(host, fact, **arguments) if _files else host.get_fact(fact, **arguments)


def period() -> str:
    """How long something is remembered: until a person has answered."""
    return state.current_stage.name if state.should_check_for_changes() else ""


def part() -> str:
    """The part of a run that asks: its questions differ."""
    return f"{state.current_stage.name} {'with' if state.should_check_for_changes() else 'without'} a plan"


# --- at once


@dataclass(frozen=True)
class Answer:
    """What is being asked. `asking`: the command; `number`: which of its scripts; `fact`: what its lines say."""

    asking: "gevent.Greenlet[Any, Any]"
    number: int
    asked: Question

    def wait(self, wanted: Question) -> Any:
        """The fact; None where it could not be read, or has to be asked by itself."""
        lines = self.asking.get().get(self.number)
        if lines is None:
            return None
        kind = KINDS[self.asked[0]]()
        found = kind.process(lines) if lines else kind.default()
        return questions.share(wanted, found)


def ask(hosts: Iterable[Host]) -> None:
    """Asks each host what it was asked in this part of the last run, and goes on without waiting."""
    known = questions.known(_files[0]).get(part(), {}) if _files else {}
    _asked.setdefault(part(), {})
    for host in hosts:
        wanted = [one for one in known.get(host.name, []) if (period(), host.name, one) not in _remembered]
        for together in commands(wanted):
            scripts = [questions.script(one) for one, _ in together]
            asking = gevent.spawn(answers, ctx_state.get(), host, scripts)
            for number, (one, answered) in enumerate(together):
                for each in answered:
                    _remembered[period(), host.name, each] = Answer(asking, number, one)


def commands(wanted: Iterable[Question]) -> Iterator[list[tuple[Question, list[Question]]]]:
    """What is asked together: all that is over in a moment, and each other question by itself."""
    merged = questions.merged(wanted)
    quick = [one for one in merged if questions.is_quick(one[0])]
    if quick:
        yield quick
    yield from ([one] for one in merged if one not in quick)


def answers(run: State, host: Host, scripts: list[Script]) -> dict[int, list[str]]:
    """What they print; nothing where the host does not answer: whoever needs it asks again, and is told why."""
    mark = secrets.token_hex(16)
    arguments = {"mark": mark, "_stdin": program(scripts, mark)}
    with ctx_state.use(run), ctx_host.use(host):
        try:
            found: dict[int, list[str]] = get_fact(run, host, BatchFact, kwargs=arguments, apply_failed_hosts=False)
        except Exception as error:
            logger.debug(f"{host.print_prefix}asked at once, in vain: {error}")
            return {}
    return found
