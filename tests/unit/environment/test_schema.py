"""The JSON Schema and the reference are made from the model, and say the same as it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fleet import environment, schema
from fleet.environment import keys
from fleet.environment.document import read
from fleet.environment.mending import changed
from fleet.reference import reference
from tests.conftest import Golden

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "inventories/example.yml"
MARK = "# yaml-language-server: $schema=../docs/environment.schema.json\n"
# Key of the example that holds alternatives → the place that they are alternatives at
ALTERNATIVES = {
    "x-other-secrets": ("secrets",),
    "x-other-tls": ("tls",),
    "x-other-encryption": ("clusters", "shop", "dumps", "encryption"),
}


def example() -> dict[str, Any]:
    content: dict[str, Any] = read(EXAMPLE.read_bytes(), EXAMPLE.name).content
    return content


def used(place: keys.Schema, content: Any) -> set[tuple[str, str]]:
    """(part of the model, key) of every key that `content` gives a value to."""
    chosen = keys.branch(place, content)
    if isinstance(content, list):
        return set().union(*(used(keys.below(chosen, index), item) for index, item in enumerate(content)), set())
    if not isinstance(content, dict):
        return set()
    own = {(chosen["title"], key) for key in content if key in chosen.get("properties", {})}
    return own.union(*(used(keys.below(chosen, key), inner) for key, inner in content.items()))


def known() -> set[tuple[str, str]]:
    models = [keys.root(), *keys.root()["$defs"].values()]
    return {(model["title"], key) for model in models for key in model["properties"]}


def test_the_committed_schema_is_the_models(golden: Golden) -> None:
    golden(ROOT / "docs/environment.schema.json", schema.text())


def test_the_committed_reference_is_the_models(golden: Golden) -> None:
    golden(ROOT / "docs/environment.md", reference())


def test_every_key_says_what_it_is_and_gives_an_example() -> None:
    for model in (keys.root(), *keys.root()["$defs"].values()):
        assert model["description"], model["title"]
        for key, field in model["properties"].items():
            assert field.get("description"), f"{model['title']}.{key} has no description"
            assert field.get("examples"), f"{model['title']}.{key} has no example"


def test_the_example_explains_every_key() -> None:
    content = example()
    seen = used(keys.root(), {key: value for key, value in content.items() if not key.startswith("x-")})
    for name, where in ALTERNATIVES.items():
        for alternative in content[name]:
            seen |= used(keys.declared(content, where), alternative)
    assert known() - seen == set()


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_the_alternatives_in_the_example_work(name: str) -> None:
    for alternative in example()[name]:
        environment.parse(changed(example(), ALTERNATIVES[name], lambda _, one=alternative: one), "example")


@pytest.mark.parametrize("file", sorted(EXAMPLE.parent.glob("*.yml")), ids=lambda file: file.stem)
def test_every_committed_environment_loads(file: Path) -> None:
    assert environment.load(file.read_bytes(), str(file)).clusters
    assert file.read_text().startswith(MARK)


def test_an_example_of_a_key_is_accepted_as_that_key() -> None:
    """Hints quote the examples; and a document with errors is mended with them."""
    for title, key, value in examples():
        refused = problems(title, {key: value})
        assert not [one for one in refused if one["loc"][0] == key], (title, key, refused)


def examples() -> list[tuple[str, str, Any]]:
    models = [keys.root(), *keys.root()["$defs"].values()]
    fields = [(model["title"], key, field) for model in models for key, field in model["properties"].items()]
    return [(title, key, example) for title, key, field in fields for example in field["examples"]]


def problems(title: str, content: dict[str, Any]) -> list[Any]:
    model = getattr(environment, title)
    try:
        model.model_validate(content, by_alias=True, by_name=False)
    except ValidationError as error:
        return error.errors()
    return []
