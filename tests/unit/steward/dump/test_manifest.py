"""Manifests: what was written is read again, and nothing that was damaged or forged is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.dump.manifest import File, Manifest, Sealed, parse, total

from .test_names import DATABASES
from .world import NOW, manifest

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
ONE = manifest()


def signed(document: Any) -> str:
    """With its right sum, as one who forges a manifest would write it."""
    return json.dumps({**document, "sum": total(document)})


def said(document: Any) -> str:
    with pytest.raises(Refused) as refusal:
        parse(signed(document))
    return str(refusal.value)


@given(
    DATABASES,
    st.dictionaries(WORDS, st.integers(0, 1 << 62), max_size=5),
    st.dictionaries(st.from_regex(r"data/[0-9]{1,8}\.dat\.gz", fullmatch=True), st.integers(0, 1 << 40), max_size=5),
)
def test_what_is_written_is_read_again(database: str, rows: dict[str, int], sizes: dict[str, int]) -> None:
    files = {path: File(size, "0a" * 32) for path, size in sizes.items()}
    one = replace(manifest(database=database), rows=rows, files=files, size=sum(sizes.values()))
    assert parse(str(one)) == one
    assert str(parse(str(one))) == str(one)


def test_what_lies_beside_a_sealed_dump_names_no_table_and_no_file() -> None:
    outside = replace(ONE, tables=("public.orders",)).outside(Sealed("dump.tar.age", 99, "f" * 64))
    text = str(outside)
    assert json.loads(text)["sealed"] == {"name": "dump.tar.age", "size": 99, "sha256": "f" * 64}
    assert not {"rows", "files", "left_out"} & set(json.loads(text))
    assert parse(text) == outside


def test_what_a_newer_pgsteward_adds_is_passed_over() -> None:
    assert parse(signed({**ONE.document(), "colour": "blue"})) == ONE


@pytest.mark.parametrize("version", [0, 2, "1", None, True])
def test_another_format_is_refused(version: object) -> None:
    assert "and not 1\n    HINT: the dump was made by another pgsteward" in said(
        {**ONE.document(), "format_version": version}
    )


def test_everything_that_is_wrong_is_told_at_once() -> None:
    document = {**ONE.document(), "size": -1, "lsn": "x"}
    del document["node"]
    text = said(document)
    assert "manifest.json: 3 problems" in text
    assert "size: is not what it should be" in text
    assert "node: is missing" in text


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/etc/passwd", "data/../../x", "", ".", "a//b", "./a", "a/", "a\0b", "manifest.json"],
)
def test_no_file_leads_out_of_the_dumps_directory_or_over_its_manifest(path: str) -> None:
    assert "files: is not what it should be" in said(
        {**ONE.document(), "files": {path: {"size": 3, "sha256": "0" * 64}}}
    )


def test_the_size_is_that_of_its_files() -> None:
    assert "size: is not the sum of its files' sizes" in said({**ONE.document(), "size": 4})


def test_the_name_is_that_of_what_it_holds() -> None:
    assert "id: 20261121T000000Z-shop is not of whole other" in said({**ONE.document(), "database": "other"})
    assert "is not of schema shop" in said({**ONE.document(), "content": "schema"})


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"a"', "[" * 100_000, b"\xff\xfe"])
def test_what_is_no_manifest_is_refused(text: "str | bytes") -> None:
    with pytest.raises(Refused, match=r"the manifest: is not (JSON|an object)"):
        parse(text)


@given(st.sampled_from(sorted(ONE.document())), JSON)
def test_nothing_of_the_wrong_shape_gets_through(key: str, value: object) -> None:
    """Whatever stands where something belongs: it is refused in a sentence, or it is a manifest that can be used."""
    try:
        one = parse(signed({**ONE.document(), key: value}))
    except Refused as refusal:
        assert "HINT: " in str(refusal)
        return
    assert parse(str(one)) == one
    assert (one.version, one.position >= 0, one.name.database) == (int(one.server_version[:2]), True, one.database)
    hash(one.scope)


@given(st.integers(0, len(str(ONE)) - 1))
def test_a_manifest_that_was_cut_short_is_refused(length: int) -> None:
    with pytest.raises(Refused):
        parse(str(ONE)[:length])


@given(st.integers(0, len(str(ONE).encode()) - 1), st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_seen(place: int, bit: int) -> None:
    text = bytearray(str(ONE).encode())
    text[place] ^= 1 << bit
    try:
        assert parse(bytes(text)) == ONE  # white space for white space
    except Refused as refusal:
        assert "HINT: " in str(refusal)


def test_only_a_dump_of_the_same_can_take_its_place() -> None:
    def scope(**more: Any) -> tuple[str, ...]:
        return manifest(NOW + 5, sequence=9, **more).scope

    assert scope() == ONE.scope
    others: list[Manifest] = [
        manifest(database="other"),
        manifest(content="schema"),
        manifest(content="part", tables=("a",)),
        manifest(without=("a",)),
        manifest(without_rows=("a",)),
    ]
    assert len({ONE.scope, *(one.scope for one in others)}) == 6


def test_a_position_in_the_log_is_a_number() -> None:
    assert manifest(lsn="2A/10").position == 0x2A00000010
    assert [manifest(server_version=one).version for one in ("15.14 (Debian 15.14-0)", "18beta2")] == [15, 18]
