"""The JSON Schema of an environment file, by which editors complete and check it; `python -m fleet.schema` prints it.

It knows each key by itself. Whether the parts fit together only `environment.load` can tell.
"""

import json
from typing import Any

from .environment import Environment

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema, as values that JSON can hold."""
    found = Environment.model_json_schema(by_alias=True)
    found["$defs"] = {name: tidy(one) for name, one in found["$defs"].items()}
    return {
        "$schema": DIALECT,
        "title": "An environment of pgsteward",
        **{key: value for key, value in tidy(found).items() if key not in ("$defs", "title")},
        "patternProperties": {"^x-": {"description": "Belongs to another tool; pgsteward does not read it."}},
        "$defs": found["$defs"],
    }


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that only repeat names, and with no names but those that are allowed."""
    kept = {key: value for key, value in schema.items() if key != "title"}
    if "properties" in kept:
        kept["properties"] = {key: tidy(value) for key, value in kept["properties"].items()}
    if "description" in kept:
        kept["description"] = " ".join(kept["description"].split())
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept


def text() -> str:
    """The schema as the file that is committed, docs/environment.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
