"""What may be asked of root, and what the unit is that it makes of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from fleet.problem import Refused
from steward.isolated.request import CLEAR, SERVE, Request, parse
from steward.isolated.sandbox import Unit, enclosed, server

ASKED = Request(SERVE, ("data", "socket"), "main", "drill", 17, {"port": "15431"})
UNIT = Unit("own.service", "parent.service", Path("/run/root"), 1 << 30, (Path("/srv/d/data"), Path("/srv/d/socket")))


def test_what_is_asked_arrives() -> None:
    assert parse(ASKED.line()) == ASKED
    assert parse(Request(CLEAR, ("data",)).line()).names == ("data",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": ("../etc",)},
        {"names": ("/etc",)},
        {"names": ("..",)},
        {"names": ("a b",)},
        {"names": ("a:b",)},
        {"names": ()},
        {"names": ("-rf",)},
        {"cluster": "../../tmp/x"},
        {"job": "anything"},
        {"version": "17/../../tmp"},
        {"verb": "run"},
    ],
)
def test_what_could_be_read_as_something_else_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        parse(replace(ASKED, **wrong).line())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"[]\n", b"{}\n", b'{"names": ["data"], "verb": "serve", "more": 1}\n', b"\xff"]
)
def test_what_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        parse(line)


def test_the_unit_sees_nothing_of_the_host_but_programs_and_its_data() -> None:
    words = enclosed(UNIT, server(17, UNIT.shared[0], {"port": "1"}))
    told = {word.removeprefix("--property=") for word in words if word.startswith("--property=")}
    assert {"RootDirectory=/run/root", "BindPaths=/srv/d/data /srv/d/socket", "MemoryMax=1073741824"} <= told
    seen = next(one for one in told if one.startswith("BindReadOnlyPaths=")).partition("=")[2].split()
    hidden = ("/etc/pgsteward", "/etc/pgbackrest", "/etc/postgresql", "/var/lib", "/run", "/home", "/root", "/var/log")
    for path in seen:
        assert not any(Path(one).is_relative_to(path.removeprefix("-")) for one in hidden), path


def test_its_user_network_and_rights_are_its_own() -> None:
    words = enclosed(UNIT, server(17, UNIT.shared[0], {}))
    for one in (
        "DynamicUser=yes",
        "PrivateNetwork=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "PrivateIPC=yes",
    ):
        assert f"--property={one}" in words
    assert "--property=BindsTo=parent.service" in words
