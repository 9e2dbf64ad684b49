"""What `make test-all` has shown: a file a package, all of them as build/evidence.json, and docs/evidence.md out of it.

python -m tests.evidence collect DIRECTORY      # build/evidence.json out of the packages' files
python -m tests.evidence render                 # docs/evidence.md out of build/evidence.json
"""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2

ROOT = Path(__file__).parent.parent
COLLECTED = ROOT / "build" / "evidence.json"
PAGE = ROOT / "docs" / "evidence.md"
TEMPLATE = """# Evidence

What `make test-all` showed: every release, every case. Written by `make evidence`; the figures are of one machine.

Commit {{ commit }}.

| package | date | passed | failed | skipped | seconds |
|---|---|--:|--:|--:|--:|
{% for one in packages -%}
| {{ one.package }} | {{ one.date }} | {{ one.passed }} | {{ one.failed }} | {{ one.skipped }} | {{ one.seconds }} |
{% endfor -%}
| **all** | | **{{ packages | sum("passed") }}** | **{{ packages | sum("failed") }}** \
| **{{ packages | sum("skipped") }}** | **{{ packages | sum("seconds") }}** |
"""


@dataclass(frozen=True)
class Evidence:
    """One package's run."""

    commit: str
    date: str
    package: str
    passed: int
    failed: int
    skipped: int
    seconds: int


def write(path: Path, package: str, counts: dict[str, int], seconds: float) -> None:
    """Writes one package's file, by `counts` of passed, failed and skipped; its directory is named by the commit."""
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    found = Evidence(
        path.parent.name, date, package, counts["passed"], counts["failed"], counts["skipped"], round(seconds)
    )
    path.write_text(json.dumps(asdict(found)) + "\n", encoding="utf-8")


def collect(directory: Path) -> None:
    """Writes build/evidence.json out of the files in `directory`."""
    files = sorted(directory.glob("*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    COLLECTED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def render(packages: list[dict[str, object]]) -> str:
    """The page."""
    template = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined).from_string(TEMPLATE)
    return template.render(commit=packages[0]["commit"], packages=packages)


def main(words: list[str]) -> int:
    """The exit code of a command line."""
    if words[:1] == ["collect"] and len(words) == 2:
        collect(Path(words[1]))
        return 0
    if words != ["render"]:
        print(__doc__, file=sys.stderr)
        return 2
    if not COLLECTED.exists():
        print("build/evidence.json is missing\n    HINT: `make test-all` writes it", file=sys.stderr)
        return 1
    PAGE.write_text(render(json.loads(COLLECTED.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
