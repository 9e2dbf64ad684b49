"""The mark that keeps this node's server from starting: the guard leaves it, or a promotion; a deploy takes it away."""

from pathlib import Path

from .cluster import Described

HINT = "make the environment file say which node is primary now, and deploy: this one becomes its standby"


def mark(told: Described) -> Path:
    return told.state / "fenced"


def reason(told: Described) -> str:
    """Why the server may not start; empty where it may."""
    path = mark(told)
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
