"""From the errors of the validator to sentences of ours: what is wrong, and what to do."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..problem import nearest
from . import keys
from .finding import Finding, Path
from .shape import Wrong, shown

Error = Mapping[str, Any]
Sentences = tuple[str, str]

# What people write when they mean a key or a word of ours.
MEANT = {
    "access": "hba pg_hba rules",
    "address": "host hostname ip addr",
    "any": "quorum",
    "authority": "ca own",
    "connections": "max_connections clients",
    "data_directory": "data_dir datadir pgdata directory",
    "databases": "db dbs database",
    "development": "dev test lab local",
    "duty": "role kind type",
    "dw": "olap analytics warehouse",
    "environment": "env",
    "from": "source sources provider type",
    "grants": "privileges rights permissions",
    "method": "auth authentication",
    "names": "aliases alias san",
    "path": "file filename",
    "pgdg": "apt.postgresql.org postgresql.org",
    "postgresql": "version postgres pg",
    "primary": "master leader main",
    "production": "prod live",
    "read": "ro readonly select",
    "repository": "backup barman pgbackrest",
    "roles": "users user",
    "scram-sha-256": "scram password",
    "settings": "parameters config conf configuration",
    "standby": "slave replica secondary follower",
    "tls": "ssl",
    "why": "reason comment because",
    "write": "rw readwrite all",
}
SECRET = ("password", "passwd", "pass", "secret", "token", "cipher_pass")


def findings(errors: list[Any], document: Any) -> Iterator[Finding]:
    """What each of the validator's `errors` about `document` means."""
    for error in errors:
        where = keys.place(error["loc"], document)
        if error["type"].startswith("union_tag"):
            where = (*where, "from")
        if error["type"] == "too_short" and keys.found(document, where):
            continue  # it has items, each with an error of its own
        what, hint = sentences(error, where, document)
        yield Finding(where, what, hint)


def sentences(error: Error, where: Path, document: Any) -> Sentences:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return cause.what, cause.hint
    said = TRANSLATIONS.get(error["type"], not_understood)
    return said(keys.found(document, where), where, document)


def missing(value: Any, where: Path, document: Any) -> Sentences:
    schema = keys.at(document, where)
    if "enum" in schema:
        return "is missing", f"add it: {_choice(schema['enum'])}"
    return "is missing", f"add it, such as `{where[-1]}: {_yaml(keys.example(document, where))}`"


def unknown(value: Any, where: Path, document: Any) -> Sentences:
    known = tuple(keys.at(document, where[:-1]).get("properties", {}))
    name = str(where[-1])
    if name.lower() in SECRET:
        return "is not a known key", "remove it; secrets do not stand in this file, see `secrets`"
    meant = meaning(name, known)
    return (
        "is not a known key",
        f"did you mean {meant}?" if meant else f"the keys here are {', '.join(known)}",
    )


def meaning(word: str, known: tuple[str, ...]) -> str | None:
    """The one of `known` that was probably meant by `word`."""
    synonyms = (right for right, wrongs in MEANT.items() if right in known and word.lower() in wrongs.split())
    return next(synonyms, None) or nearest(word, known)


def no_choice(value: Any, where: Path, document: Any) -> Sentences:
    known = tuple(keys.at(document, where)["enum"])
    return _none_of(value, known)


def no_tag(value: Any, where: Path, document: Any) -> Sentences:
    known = tuple(keys.declared(document, where[:-1])["discriminator"]["mapping"])
    if value is None:
        return "is missing", f"add it: {_choice(known)}"
    return _none_of(value, known)


def _none_of(value: Any, known: tuple[str, ...]) -> Sentences:
    if value is None:
        return "has no value", f"write {_choice(known)}"
    meant = meaning(value, known) if isinstance(value, str) else None
    return (
        f"{shown(value)} is none of {', '.join(known)}",
        f"did you mean {meant}?" if meant else f"write {_choice(known)}",
    )


def no_mapping(value: Any, where: Path, document: Any) -> Sentences:
    schema = keys.at(document, where)
    what = "has no value" if value is None else f"{shown(value)} stands where a mapping is needed"
    if "discriminator" in keys.declared(document, where):
        return what, f"write one, such as {_yaml(keys.example(document, where))}"
    if "required" in schema:
        return what, f"write its keys: {', '.join(schema['required'])}"
    if value is None:
        return what, "write {} where there is nothing to say, or remove the key"
    if "properties" in schema:
        return what, f"write some of its keys: {', '.join(schema['properties'])}"
    return what, "write names, each with what belongs to it indented below"


def no_list(value: Any, where: Path, document: Any) -> Sentences:
    if value is None:
        return "has no value", "write [] where there is nothing to say, or remove the key"
    hint = "let each item begin with a dash"
    if isinstance(value, str | int | float | bool):
        hint = f"write {_yaml(value.split() if isinstance(value, str) else [value])}"
    return f"{shown(value)} stands where a list is needed", hint


def no_number(value: Any, where: Path, document: Any) -> Sentences:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 19:
        return f"{shown(value)} is text", f"write {int(value)}, without quotes or zeros in front"
    if value is None:
        return "has no value", "write a whole number, or remove the key"
    return (
        f"{shown(value)} stands where a whole number is needed",
        f"write one, such as {keys.example(document, where)}",
    )


def no_truth(value: Any, where: Path, document: Any) -> Sentences:
    words = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
    word = words.get(value.lower()) if isinstance(value, str) else None
    if value is None:
        return "has no value", "write true or false, or remove the key"
    return f"{shown(value)} is neither true nor false", f"write {word or 'true or false'}"


def empty(value: Any, where: Path, document: Any) -> Sentences:
    return "is empty", f"add one, such as {_yaml(keys.example(document, where))}"


def not_text(value: Any, where: Path, document: Any) -> Sentences:
    return f"{shown(where[-1])} is a key that is not text", "write it in quotes"


def not_understood(value: Any, where: Path, document: Any) -> Sentences:
    return "is not understood", "see docs/environment.md for what may stand here"


TRANSLATIONS: dict[str, Callable[[Any, Path, Any], Sentences]] = {
    "missing": missing,
    "extra_forbidden": unknown,
    "literal_error": no_choice,
    "union_tag_invalid": no_tag,
    "union_tag_not_found": no_tag,
    "model_type": no_mapping,
    "model_attributes_type": no_mapping,
    "dict_type": no_mapping,
    "tuple_type": no_list,
    "int_type": no_number,
    "int_parsing_size": no_number,
    "bool_type": no_truth,
    "too_short": empty,
    "invalid_key": not_text,
}


def _choice(words: Any) -> str:
    *most, last = map(str, words)
    return f"{', '.join(most)} or {last}" if most else last


def _yaml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
        case str() if not re.fullmatch(r"[\w./~=-]+([ :\w./~=-]*[\w./~=-])?", value):
            return json.dumps(value, ensure_ascii=False)
        case list():
            return "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value)
