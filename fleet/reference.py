"""The reference of the environment file in Markdown, made from its JSON Schema: a table of keys for each mapping."""

from collections.abc import Iterator, Mapping
from typing import Any

from .schema import schema

Schema = Mapping[str, Any]

INTRODUCTION = """\
# The environment file

Made from the model by `python -m fleet.reference`; do not edit. `inventories/example.yml` shows every key at
work. Keys that begin with `x-` at the top belong to other tools.

"""


def reference() -> str:
    """The whole page."""
    root = schema()
    seen: list[Schema] = []
    tables = []
    for where, one in sections("", root, root):
        if one not in seen:
            seen.append(one)
            tables.append(section(where, one))
    return INTRODUCTION + "\n".join(tables)


def sections(where: str, schema: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    """(place, schema) of each mapping with keys of its own, outermost first."""
    for place, one in branches(where, schema, root):
        if "properties" in one:
            yield place, one
            for key, inner in one["properties"].items():
                yield from sections(f"{where}.{key}".removeprefix("."), inner, root)
        elif "items" in one:
            yield from sections(f"{where}[]", one["items"], root)
        elif inner := named(one):
            yield from sections(f"{where}.<name>", inner, root)


def named(schema: Schema) -> Schema:
    """The schema of what stands under names of the user's choice; empty where there are none."""
    inner = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
    return inner if isinstance(inner, Mapping) else {}


def branches(where: str, schema: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    """The schema itself, or each that it leaves a choice of; references are followed."""
    if "$ref" in schema:
        yield where, root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    elif "discriminator" in schema:
        for tag, ref in schema["discriminator"]["mapping"].items():
            yield f"{where} from {tag}", root["$defs"][ref.rsplit("/", 1)[1]]
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from branches(where, one, root)
    else:
        yield where, schema


def section(where: str, schema: Schema) -> str:
    title = f"`{where}`" if where else "The file"
    required = schema.get("required", ())
    rows = [row(key, one, key in required) for key, one in schema["properties"].items()]
    table = ["| key | value | without it | meaning |", "|---|---|---|---|", *rows]
    return "\n".join([f"## {title}", "", schema.get("description", ""), "", *table, ""])


def row(key: str, schema: Schema, required: bool) -> str:
    default = "**required**" if required else absent(schema.get("default"))
    cells = (f"`{key}`", value(schema), default, schema.get("description", ""))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def absent(default: Any) -> str:
    """What holds where the key is not given; a mapping's own keys say that themselves."""
    if default is None or isinstance(default, dict):
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{item}`" for item in default) or "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def value(schema: Schema) -> str:
    """What may stand there, in a few words."""
    if "anyOf" in schema:
        return " or ".join(value(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "const" in schema:
        return f"`{str(schema['const']).lower()}`" if isinstance(schema["const"], bool) else f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if "items" in schema:
        return f"list: {value(schema['items'])}"
    if inner := named(schema):
        return "names, each with its keys" if "$ref" in inner else f"names, each with {value(inner)}"
    return str(schema.get("format") or kind(schema))


def kind(schema: Schema) -> str:
    if "$ref" in schema or "discriminator" in schema:
        return "mapping, see its own table"
    kinds = {"boolean": "`true` or `false`", "integer": "whole number", "string": "text"}
    found = schema.get("type")
    return kinds.get(found, "text") if isinstance(found, str) else "text, number, `true` or `false`"


if __name__ == "__main__":
    print(reference(), end="")
