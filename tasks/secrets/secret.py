"""A secret on its way from where it is kept to the one place that needs it; it shows itself to nobody else."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn


class Secret:
    """A value that is not in its repr, not in a traceback's locals, and cannot be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        return self._value()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.reveal().encode(), other.reveal().encode())

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True)
class Missing:
    """Why there is no value: the rest of a sentence that begins with `name`, or else with the secret's own name.

    `hint` is what to do, where that is not to generate it.
    """

    reason: str
    hint: str = ""
    name: str = ""


Answer = Secret | Missing
