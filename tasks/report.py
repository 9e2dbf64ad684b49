"""`make report`: what was promised and what was measured, as one file of HTML that needs no network.

It reads, and changes nothing on any host. Reports of drills come from the hosts, and from `reports/` beside
`inventories/`, where those lie that were conducted from here. Exit codes: 0 written, 1 refused, 2 no host answered.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pyinfra_cli  # noqa: F401  it lets connections wait for each other, and must do so before they are imported
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fleet.drill import Report, report
from fleet.problem import Refused
from fleet.report import Page, page
from fleet.status import UNSEEN, merged

from .environment import project
from .look import Looked, look
from .shell import TEMPLATES

TEMPLATE, STYLE = "report/page.html.j2", "report/style.css"


def main(arguments: list[str]) -> int:
    """Looks, writes the file, and says where it is."""
    options = parser().parse_args(arguments)
    try:
        looked = look(options.inventory, options.limit, more="drills")
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except SystemExit:  # the inventory said what is wrong with the environment
        return 1
    except KeyboardInterrupt:
        return 130
    status = merged(options.inventory, looked.clusters, looked.answers, int(time.time()))
    found = page(status, looked.clusters, looked.answers, reports(options.inventory, looked))
    target = Path(options.output or f"{Path(options.inventory).name}.html")
    target.write_text(html(found), encoding="utf-8")
    print(target.absolute())
    return 2 if status.state == UNSEEN else 0


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m tasks.report", description="promised and measured, as a page")
    whole.add_argument("inventory", help="such as inventories/prod")
    whole.add_argument("--limit", action="append", default=[], help="a node, a cluster or a duty; may be repeated")
    whole.add_argument("--output", help="the file; the environment's name with .html, if none is named")
    return whole


def reports(inventory: str, looked: Looked) -> list[Report]:
    """Those of the hosts, and those that lie here."""
    here = project(inventory) / "reports"
    files = (path.read_text(encoding="utf-8") for name in looked.clusters for path in (here / name).glob("*.json"))
    return list(readable([*(line for lines in looked.more.values() for line in lines), *files]))


def readable(texts: Iterable[str]) -> Iterator[Report]:
    """The reports among them; a host may have the steward of another time."""
    for text in texts:
        with suppress(ValueError):
            yield report(json.loads(text))


def html(found: Page) -> str:
    """The page as one file. What hosts and users have said is text in it, whatever it holds."""
    loader = FileSystemLoader(TEMPLATES)
    templates = Environment(
        loader=loader, undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    style = Markup((TEMPLATES / STYLE).read_text(encoding="utf-8"))
    return templates.get_template(TEMPLATE).render(page=found, style=style) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
