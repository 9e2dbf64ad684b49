"""The example that is committed is one: every kind of drill, good, as this code reads it."""

import json
from pathlib import Path

from fleet.drill import KINDS, report

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"


def test_every_kind_of_drill_is_in_it_and_was_good() -> None:
    found = [report(json.loads(path.read_text())) for path in sorted((EXAMPLE / "drills").glob("*.json"))]
    assert {one.kind for one in found} == set(KINDS)
    assert all(one.ok and one.rto and one.phases and one.proof for one in found)


def test_its_page_needs_nothing_but_itself() -> None:
    text = (EXAMPLE / "page.html").read_text()
    assert all(f'<span class="kind k-{kind}">{kind}</span>' in text for kind in KINDS)
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text and "<script" not in text
    assert "/tmp/" not in text
