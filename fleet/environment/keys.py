"""What the model knows at each place of a document: keys, kinds, examples; read off its JSON Schema."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from .finding import Path
from .model import Environment

Schema = Mapping[str, Any]


@cache
def root() -> dict[str, Any]:
    """The JSON Schema that pydantic derives from the model."""
    return Environment.model_json_schema(by_alias=True)


def branch(schema: Schema, content: Any) -> Schema:
    """The schema that is meant for `content` where there are several; references are followed."""
    if "$ref" in schema:
        return branch(root()["$defs"][schema["$ref"].rsplit("/", 1)[1]], content)
    if "discriminator" in schema:
        tags = schema["discriminator"]["mapping"]
        tag = content.get("from") if isinstance(content, dict) else None
        chosen = tags.get(tag) if isinstance(tag, str) else None
        return branch({"$ref": chosen or next(iter(tags.values()))}, content)
    if "anyOf" in schema:
        inner = next(one for one in schema["anyOf"] if one.get("type") != "null")
        return {**branch(inner, content), **{key: schema[key] for key in schema if key != "anyOf"}}
    return schema


def below(schema: Schema, part: str | int) -> Schema:
    """The schema of one key or item of what `schema` describes; empty where it knows nothing of it."""
    found: Schema = schema.get("additionalProperties") or {}
    if isinstance(part, int):
        found = schema.get("items", {})
    elif part in schema.get("properties", {}):
        found = schema["properties"][part]
    elif "patternProperties" in schema:
        found = next(iter(schema["patternProperties"].values()))
    return found


def at(document: Any, where: Path) -> Schema:
    """The schema of the place `where` of `document`."""
    schema, content = branch(root(), document), document
    for part in where:
        content = child(content, part)
        schema = branch(below(schema, part), content)
    return schema


def child(content: Any, part: str | int) -> Any:
    """What stands at one key or index; None where nothing does."""
    if isinstance(content, dict):
        return content.get(part)
    if isinstance(content, list) and isinstance(part, int) and 0 <= part < len(content):
        return content[part]
    return None


def place(loc: tuple[str | int, ...], document: Any) -> Path:
    """The place in `document` that pydantic means by `loc`, which also names branches and `[key]`."""
    schema: Schema = root()
    content = document
    found: Path = ()
    for part in loc:
        if part == "[key]":
            continue
        tagged = "discriminator" in schema
        schema = branch(schema, content)
        if tagged and part == child(content, "from"):
            continue
        content, schema, found = child(content, part), below(schema, part), (*found, part)
    return found


def found(document: Any, where: Path) -> Any:
    """What stands at `where`; None where nothing does."""
    for part in where:
        document = child(document, part)
    return document


def declared(document: Any, where: Path) -> Schema:
    """The schema of a place as the key itself declares it, with its examples, before a branch is chosen."""
    return below(at(document, where[:-1]), where[-1]) if where else root()


def example(document: Any, where: Path) -> Any:
    """A value that may stand at `where`, as the model's own examples have it."""
    if isinstance(where[-1], int):
        return example(document, where[:-1])[0]
    known = declared(document, where).get("examples")
    if known:
        return known[0]
    return next(iter(example(document, where[:-1]).values()))  # under a name of the user's choice
