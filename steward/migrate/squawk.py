"""squawk's findings as our problems. Pure: its JSON in, problems out.

Left out are the rules that ask for `SET lock_timeout` in the file: the runner sets it, for every migration.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fleet.problem import Problem

from .beyond import RULE, beyond_owner
from .kinds import is_concurrent
from .script import Script

SETTLED = ("require-lock-timeout", "require-statement-timeout", "require-timeout-settings")
ALONE = "sqlx-one-statement"


def problems_of(answer: str, allowed: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """What squawk's `--reporter json` says; `allowed` maps a file's name to its allowed rules and their reasons.

    Raises ValueError where the answer is not squawk's.
    """
    try:
        found = json.loads(answer or "[]")
        return [_problem(one) for one in found if one["rule_name"] not in allowed.get(_name(one), {})]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"this is not what squawk answers: {error}") from None


def _name(found: Mapping[str, Any]) -> str:
    return str(found["file"]).rsplit("/", 1)[-1]


def _problem(found: Mapping[str, Any]) -> Problem:
    rule, help_ = str(found["rule_name"]), str(found.get("help") or "").rstrip(".")
    message = " ".join(str(found["message"]).split()).rstrip(".")
    what = f"{message[:1].lower()}{message[1:]} ({rule})"
    allow = f"`-- pgsteward: allow {rule} because …`"
    hint = (
        f"{help_[:1].lower()}{help_[1:]}; or say why not: {allow}" if help_ else f"correct it, or say why not: {allow}"
    )
    return Problem(_name(found), what, hint, int(found["line"]) + 1)


def our_own(script: Script) -> list[Problem]:
    """What squawk cannot know: who runs a migration, and how sqlx sends it."""
    beyond = [] if RULE in script.directives.allowed else beyond_owner(script.statements, script.file.name)
    allow = f"; or say why not: `-- pgsteward: allow {RULE} because …`"
    return [replace(one, hint=one.hint + allow) for one in beyond] + _not_alone(script)


def _not_alone(script: Script) -> list[Problem]:
    """sqlx sends a file as one message, in which such a statement has to be alone."""
    if len(script.statements) < 2 or ALONE in script.directives.allowed or not script.directives.no_transaction:
        return []
    hint = f"a file of its own for each; or, if only pgsteward runs it: `-- pgsteward: allow {ALONE} because …`"
    return [
        Problem(script.file.name, f"sqlx could not run this beside other statements ({ALONE})", hint, one.line)
        for one in script.statements
        if is_concurrent(one)
    ]
