"""The secrets of an environment: from where it says, asked once a run, shown to nobody.

Relative paths begin in the project, the directory above `inventories/`. Generating what is missing is `make secrets`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock

from fleet.environment import Environment
from fleet.problem import Problem, Refused
from fleet.secrets import can_generate, fault, required

from .providers import Kept, provider
from .secret import Answer, Missing, Secret

__all__ = ["Secrets", "refuse_missing", "secrets_of"]


class Secrets:
    """The secrets of one environment. Answers are kept, for as long as the program runs, in memory only."""

    def __init__(self, environment: Environment, source: str) -> None:
        self.environment = environment
        self.source = source
        self.names = required(environment)
        self.provider = provider(environment, source)
        self._answers: dict[str, Answer] = {}
        self._turn = RLock()

    def get(self, name: str) -> str:
        """The value of the secret; raises `Refused` where there is none, or none that can be used."""
        answer = self.answers([name])[name]
        if isinstance(answer, Missing):
            raise Refused(self.source, list(self._problems({name: answer})))
        return answer.reveal()

    def missing(self) -> list[str]:
        """The names, of all that the environment needs, that have no value or none that can be used."""
        return [name for name, answer in self.answers(self.names).items() if isinstance(answer, Missing)]

    def problems(self) -> list[Problem]:
        """What is wrong with the secrets that the environment needs."""
        return list(self._problems(self.answers(self.names)))

    def answers(self, names: Sequence[str]) -> dict[str, Answer]:
        """The answer for each of `names`; those not asked for before are asked for together."""
        with self._turn:
            new = [name for name in names if name not in self._answers]
            if new:
                found = self.provider.answers(new)
                self._answers |= {name: _checked(name, found[name]) for name in new}
            return {name: self._answers[name] for name in names}

    def _problems(self, answers: dict[str, Answer]) -> Iterator[Problem]:
        """One for each reason, with all names that it is true of."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for name, answer in answers.items():
            if isinstance(answer, Missing):
                key = (answer.reason, answer.hint or self._hint(name))
                reasons.setdefault(key, []).append(answer.name or name)
        for (reason, hint), names in reasons.items():
            yield Problem("secrets", f"{', '.join(names)} {_plural(reason) if len(names) > 1 else reason}", hint)

    def _hint(self, name: str) -> str:
        if not can_generate(name):
            return "it is the key of a certificate that you supply; store it there"
        command = f"make secrets environment={Path(self.source).stem}"
        kept = isinstance(self.provider, Kept)
        return f"{command} generates what is missing" if kept else f"{command} says how to store what is missing"


def _checked(name: str, answer: Answer) -> Answer:
    reason = fault(name, answer.reveal()) if isinstance(answer, Secret) else ""
    return Missing(reason, "replace it where it is kept; nothing overwrites it") if reason else answer


def _plural(reason: str) -> str:
    return {"is": "are", "has": "have", "holds": "hold"}.get(word := reason.split(" ")[0], word) + reason[len(word) :]


_opened: dict[str, Secrets] = {}


def secrets_of(environment: Environment, source: str) -> Secrets:
    """The secrets of the environment in the file `source`; the same object for the whole run."""
    file = str(Path(source).absolute())
    known = _opened.get(file)
    if known is None or known.environment != environment:
        known = _opened[file] = Secrets(environment, source)
    return known


def refuse_missing(environment: Environment, source: str) -> None:
    """Raises `Refused` with all secrets that are missing or of no use, before anything is touched."""
    problems = secrets_of(environment, source).problems()
    if problems:
        raise Refused(source, problems)
