"""The page of `make report`: its text as a golden file, and what Chromium makes of it without a network."""

import html as markup
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fleet.report import page
from fleet.status import merged, unreachable
from tasks.report import html, readable
from tasks.shell import text
from tests.conftest import Golden

from .world import CLUSTERS, EVIL, NOW, answers, everything, reports

HERE = Path(__file__).parent
DARK = ("--blink-settings=preferredColorScheme=0", "--force-dark-mode")
MEASURED = """
<iframe id="seen" style="border:0;width:WIDTHpx;height:900px" srcdoc="PAGE"></iframe>
<script>
addEventListener("load", () => {
  const seen = document.getElementById("seen").contentDocument, root = seen.documentElement;
  const wide = [...seen.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > WIDTH + 1);
  const style = (what, name) => getComputedStyle(seen.querySelector(what)).getPropertyValue(name);
  document.title = JSON.stringify({
    scrolls: root.scrollWidth > WIDTH, wide: wide.map(one => one.className || one.tagName),
    scripts: seen.scripts.length,    ground: style("body", "background-color"), text: style("body", "color"),
    heading: seen.querySelector("h1").innerText,
    drills: seen.querySelectorAll("details.drill").length, open: seen.querySelectorAll("details.drill[open]").length,
    bars: [...seen.querySelectorAll(".bar")].map(bar => [bar.clientWidth,
      [...bar.children].reduce((sum, one) => sum + one.getBoundingClientRect().width, 0)]),
    dots: seen.querySelectorAll(".dot").length, marks: seen.querySelectorAll(".mark").length,
    thin: [...seen.querySelectorAll(".card")].filter(one => one.clientHeight < 40).length,
    problems: seen.querySelector(".problems") ? seen.querySelector(".problems").innerText : "",
  });
});
</script>"""


def chromium(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Chromium without a window, and without a way to any host."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: make packages"
    fixed = ("--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND")
    command = [program, *fixed, "--enable-logging=stderr", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def measured(tmp_path: Path, document: str, width: int, *arguments: str) -> dict[str, Any]:
    """What the page comes to in a window of so many pixels."""
    whole = MEASURED.replace("WIDTH", str(width)).replace("PAGE", markup.escape(document))
    (tmp_path / "measured.html").write_text(f"<!doctype html><meta charset=utf-8>{whole}", encoding="utf-8")
    dom = chromium("--dump-dom", *arguments, f"file://{tmp_path}/measured.html").stdout
    title = re.search(r"<title>(.*?)</title>", dom, re.S)
    assert title, dom[:2000]
    found: dict[str, Any] = json.loads(markup.unescape(title[1]))
    return found


@pytest.fixture(scope="module")
def document() -> str:
    return html(everything())


def test_the_page_is_the_reviewed_one(golden: Golden, document: str) -> None:
    golden(HERE / "page.html", document.replace(text("report/style.css"), ""))


def test_nothing_in_it_is_fetched_from_anywhere(document: str) -> None:
    assert re.findall(r"https?://|src=|@import|url\(|<script|<link", document) == []


@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_it_fits_every_window(tmp_path: Path, document: str, width: int) -> None:
    found = measured(tmp_path, document, width)
    assert (found["scrolls"], found["wide"]) == (False, [])
    assert found["thin"] == 0


def test_it_shows_every_drill_dot_and_backup(tmp_path: Path, document: str) -> None:
    found = measured(tmp_path, document, 1280)
    assert found["heading"] == "prod"
    assert (found["drills"], found["open"]) == (len(reports()), 1)
    assert found["dots"] == 2 * len(reports())
    assert found["marks"] == 21
    assert all(0 < parts <= whole + 1 for whole, parts in found["bars"])


def test_it_is_light_by_day_and_dark_by_night(tmp_path: Path, document: str) -> None:
    day, night = measured(tmp_path, document, 1280), measured(tmp_path, document, 1280, *DARK)
    assert (day["ground"], night["ground"]) == ("rgb(246, 247, 249)", "rgb(18, 22, 28)")
    assert day["text"] != night["text"]


def test_what_a_host_says_is_text_whatever_it_holds(tmp_path: Path, document: str) -> None:
    found = measured(tmp_path, document, 1280)
    assert found["scripts"] == 0
    assert EVIL in found["problems"]


def test_it_opens_from_disk_without_an_error(tmp_path: Path, document: str) -> None:
    (tmp_path / "page.html").write_text(document, encoding="utf-8")
    said = chromium("--dump-dom", f"file://{tmp_path}/page.html").stderr
    assert re.findall(r".*(?:CONSOLE|ERR_).*", said) == []


def test_a_fleet_that_does_not_answer_has_a_page_all_the_same(tmp_path: Path) -> None:
    nobody = {node: unreachable("no route to host") for node in answers()}
    status = merged("inventories/prod", CLUSTERS, nobody, NOW)
    found = measured(tmp_path, html(page(status, CLUSTERS, nobody, [])), 390)
    assert (found["scrolls"], found["drills"], found["dots"]) == (False, 0, 0)


def colours(style: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", style))


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme: str) -> None:
    """4.5 to 1, as WCAG wants it for text."""
    light, _, dark = text("report/style.css").partition("@media (prefers-color-scheme: dark)")
    found = colours(light) | (colours(dark) if scheme == "dark" else {})
    pairs = [(name, ground) for name in ("text", "soft") for ground in ("ground", "card", "faint")]
    pairs += [(state, f"{state}-bg") for state in ("good", "note", "late", "broken")] + [("broken", "card")]
    weak = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_reports_of_another_time_are_left_out() -> None:
    lines = [json.dumps(one.document()) for one in reports()]
    assert list(readable(["", "{}", '{"format_version": 9}', *lines, "half a li"])) == reports()
