"""A document made valid in spite of its errors, so that what compares its parts has something to compare.

What is wrong is left out, or gives way to an example where it is required. The places are remembered: nothing
may be concluded from them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from . import keys
from .finding import Finding, Path
from .model import Environment
from .translation import findings, meaning

ROUNDS = 8  # an error climbs one level a round, and the model has fewer levels


def validated(document: Any) -> tuple[Environment | None, list[Finding], list[Path]]:
    """The environment, what is wrong with `document` part by part, and the places where the two differ."""
    environment, wrong = attempt(document)
    misspelt = list(meant(wrong, document))
    found = [one for one in wrong if one.where not in misspelt or present(document, one.where)]
    mended = misspelt + [one.where for one in wrong]
    for _ in range(ROUNDS):
        if environment or any(not one.where for one in wrong):
            break
        for one in wrong:
            document = mend(document, one.where)
        environment, wrong = attempt(document)
        mended += [one.where for one in wrong]
    return environment, found, mended


def attempt(document: Any) -> tuple[Environment | None, list[Finding]]:
    try:
        return Environment.model_validate(document, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, list(findings(error.errors(include_url=False), document))


def meant(wrong: Iterable[Finding], document: Any) -> Iterable[Path]:
    """The places that unknown keys were probably meant for."""
    for one in wrong:
        parent = one.where[:-1]
        known = tuple(keys.at(document, parent).get("properties", ())) if one.where else ()
        if known and one.where[-1] not in known and (word := meaning(str(one.where[-1]), known)):
            yield (*parent, word)


def present(document: Any, where: Path) -> bool:
    """Whether the document itself says something at `where`."""
    for part in where:
        if not ((isinstance(document, dict) and part in document) or isinstance(document, list)):
            return False
        document = keys.child(document, part)
    return True


def mend(document: Any, where: Path) -> Any:
    """The document without what stands at `where`, or with an example there if something must."""
    parent, last = where[:-1], where[-1]
    needed = isinstance(last, int) or last in keys.at(document, parent).get("required", ())
    given = keys.example(document, where) if needed else None

    def change(content: Any) -> Any:
        if isinstance(content, dict):
            rest = {key: value for key, value in content.items() if key != last}
            return rest | {last: given} if needed else rest
        if isinstance(content, list):
            return [given if index == last else item for index, item in enumerate(content)]
        return content

    return changed(document, parent, change)


def changed(content: Any, where: Path, change: Callable[[Any], Any]) -> Any:
    """A copy of `content` with what stands at `where` changed; the rest is shared."""
    if not where:
        return change(content)
    first, rest = where[0], where[1:]
    if isinstance(content, dict) and first in content:
        return {**content, first: changed(content[first], rest, change)}
    if isinstance(content, list):
        return [changed(item, rest, change) if index == first else item for index, item in enumerate(content)]
    return content
