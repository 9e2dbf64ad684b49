"""The acceptance tests as a claim: what they say of hosts that a drill has just recovered. They read, and no more."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from fleet.drill import Proof

PROJECT = Path(__file__).parent.parent
SHOWN = 3  # of those that fail, so many are named


def accepted(inventory: Path, where: str, limit: str = "", left_out: Iterable[str] = ()) -> Proof:
    """Whether they pass on the hosts that are limited to; `left_out`: modules that make no sense there."""
    words = ["-q", "-p", "no:cacheprovider", "tests/acceptance", "--inventory", str(inventory)]
    words += ["--limit", limit] if limit else []
    words += ["-k", " and ".join(f"not {name}" for name in left_out)] if left_out else []
    command = [sys.executable, "-m", "pytest", *words]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    said = "; ".join(wrong[:SHOWN]) or (lines[-1].strip("= ") if lines else "they said nothing")
    return Proof(f"the acceptance tests pass {where}", done.returncode == 0, said)
