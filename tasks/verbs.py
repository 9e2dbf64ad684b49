"""`make plan`, `deploy`, `restart`, `drill`: pyinfra's own commands, with exit codes that tell the truth.

Plain pyinfra exits 0 on an inventory that does not exist, on a limit that matches no host, and on Ctrl-C. Here:

    0  done (plan: nothing would change)        2  the plan has changes (plan only)
    1  refused or failed                        130  interrupted
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

DEPLOYS = {"plan": "deploy.py", "deploy": "deploy.py", "restart": "restart.py", "drill": "backup/drill.py"}


def main(verb: str, inventory: str, *arguments: str) -> int:
    """Runs one verb and returns its exit code."""
    if not Path(inventory).is_file():
        known = ", ".join(sorted(path.stem for path in Path("inventories").glob("*.yml")))
        return refuse(f"there is no inventory {inventory}", f"known environments are {known}")
    mode = "--dry" if verb == "plan" else "-y"
    command = [sys.executable, "-m", "pyinfra", "--json", mode, inventory, DEPLOYS[verb], *arguments]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    except KeyboardInterrupt:
        return 130
    if done.returncode:
        return done.returncode
    if not done.stdout.strip():
        return refuse("pyinfra ended without a result", "was it interrupted? run it again; a second run goes on")
    return judge(verb, json.loads(done.stdout))


def judge(verb: str, result: dict[str, Any]) -> int:
    """The exit code that pyinfra's result deserves."""
    if not result.get("plan"):
        return refuse("no host was touched", "does the limit name a node, a cluster or a duty of the environment?")
    if verb == "plan":
        return summary(result["plan"])
    failed = result["results"].get("failed_hosts") or []
    if failed:
        return refuse(f"failed on {', '.join(failed)}", "what went wrong stands above; a second run goes on")
    return told(result["results"]["operations"])


def told(operations: list[dict[str, Any]]) -> int:
    """Prints which operation changed which hosts."""
    changes = [(one["name"], one["success"]) for one in operations if one["success"]]
    for name, hosts in changes:
        print(f"changed: {name}: {', '.join(sorted(hosts))}")
    print(f"{len(changes)} operations changed something" if changes else "no change")
    return 0


def summary(plan: list[dict[str, Any]]) -> int:
    """Prints which operation would change which hosts."""
    changes = [(one["name"], one["hosts_with_change"]) for one in plan if one["hosts_with_change"]]
    for name, hosts in changes:
        print(f"{name}: {', '.join(sorted(hosts))}")
    print(f"{len(changes)} operations would change something" if changes else "nothing would change")
    return 2 if changes else 0


def refuse(what: str, hint: str) -> int:
    print(f"{what}\n    HINT: {hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
