"""Whom root gives the data to is what the kernel says of the unit, and nobody who is there without it."""

import os
import subprocess
from typing import Any

import pytest

from fleet.problem import Refused
from steward.isolated import broker


def shown(monkeypatch: pytest.MonkeyPatch, first: str, later: str = "") -> None:
    """systemd names this process as the unit's first, and, asked again, another one."""
    answers = [first, later or first]

    def show(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        assert command == ["systemctl", "show", "--property=MainPID", "--value", "own.service"]
        return subprocess.CompletedProcess(command, 0, f"{answers.pop(0)}\n", "")

    monkeypatch.setattr(broker.subprocess, "run", show)


@pytest.mark.parametrize("first", ["0", "", "999999999"])
def test_a_unit_that_does_not_run_has_no_user(monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    shown(monkeypatch, first)
    with pytest.raises(Refused, match="made no unit"):
        broker.user("own.service")


def test_a_unit_that_ends_meanwhile_has_no_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of its process may have become another one's."""
    shown(monkeypatch, str(os.getpid()), later="0")
    with pytest.raises(Refused, match="has ended"):
        broker.user("own.service")


def test_a_user_of_the_host_is_not_taken_for_the_units(monkeypatch: pytest.MonkeyPatch) -> None:
    shown(monkeypatch, str(os.getpid()))
    with pytest.raises(Refused, match=f"it runs as {os.getuid()}"):
        broker.user("own.service")


@pytest.mark.skipif(os.geteuid() != 0, reason="ONLY ROOT becomes another user; run the tests as root")
def test_the_user_that_systemd_made_is_the_units(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(
        ["setpriv", "--reuid=61999", "--regid=61999", "--clear-groups", "cat"], stdin=subprocess.PIPE
    ) as it:
        try:
            while "cat" not in open(f"/proc/{it.pid}/comm").read():  # noqa: PTH123, SIM115
                pass
            shown(monkeypatch, str(it.pid))
            assert broker.user("own.service") == (61999, 61999)
        finally:
            it.kill()
