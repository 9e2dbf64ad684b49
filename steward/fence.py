"""The mark that keeps this node's server from starting: the guard leaves it, or a promotion; a deploy takes it away."""

from pathlib import Path

from .cluster import Described

HINT = "make the environment file say which node is primary now, and deploy: this one becomes its standby"


def mark(told: Described) -> Path:
    return told.state / "fenced"


def reason(told: Described) -> str:
    """Why the server may not start; empty where it may. A mark that cannot be read, or says nothing, is one as well."""
    path = mark(told)
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or f"{path} says so, and not why"
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}"
