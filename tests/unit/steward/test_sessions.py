"""Each place that opens a session with PostgreSQL stands in the list of them, and each kind of session is whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from steward import session
from steward.dump import programs

ROOT = Path(__file__).parents[3]
LIST = ROOT / "docs" / "decisions" / "sessions.md"
PLACES = ("steward/**/*.py", "tasks/**/*.py", "templates/**/*", "tests/acceptance/*.py", "backup/**/*.py", "*.py")
CLIENTS = "psql|pg_dump|pg_dumpall|pg_restore|pg_amcheck|pg_basebackup|pg_receivewal|pg_isready|vacuumdb|reindexdb"
CALLS = re.compile(
    rf"""from\ \.+server\ import\ .*\b(?:connect|ask|is_primary)\b
    | from\ \.+(?:restore\.)?instance\ import\ .*\bconnection\b
    | psycopg\.(?:Async)?(?:Connection\.)?connect\(
    | (?:["'/\s]|^)(?:{CLIENTS})(?=["'\s])""",
    re.VERBOSE | re.MULTILINE,
)
WORDS = {"steward/dump/manifest.py", "tasks/drills.py", "tests/acceptance/test_access.py"}
"""Where a program's name is a word of a sentence, a key, or a client that is to be refused."""
SKIPPED = (".pyc", ".md")
COMMENT = re.compile(r'"""(?:.|\n)*?"""|^\s*#.*$|\s\s?#\s.*$', re.MULTILINE)


def code(path: Path) -> str:
    """What a file does, without what it says of it."""
    return re.sub(r"\bdef \w+\(", "", COMMENT.sub("", path.read_text(encoding="utf-8", errors="replace")))


def sites() -> Iterator[str]:
    """The files that open a session."""
    for pattern in PLACES:
        for path in sorted(ROOT.glob(pattern)):
            name = str(path.relative_to(ROOT))
            migrating = name.startswith("steward/migrate/") and path.name != "connecting.py"  # which all of it goes by
            if path.is_file() and path.suffix not in SKIPPED and not migrating and CALLS.search(code(path)):
                yield name


def listed() -> set[str]:
    """The files that the list names in its first column."""
    rows = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_place_that_opens_a_session_is_in_the_list() -> None:
    assert sorted(set(sites()) - WORDS - listed()) == [], f"add a row to {LIST.relative_to(ROOT)}"


def test_every_file_in_the_list_is_there() -> None:
    assert [name for name in listed() if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    "text",
    [
        "from ..server import SOCKETS, connect",
        "from .instance import Instance, connection",
        "psycopg.connect(host=x)",
        'command = program(told, "pg_restore", *flags)',
        "runuser -u postgres -- psql -XqAt",
        "runuser -u postgres -- env PGOPTIONS=x psql -X",
        '[str(told.binaries / "pg_amcheck")]',
    ],
)
def test_what_opens_a_session_is_recognised(text: str) -> None:
    assert CALLS.search(text)


def test_nothing_connects_to_a_server_but_by_the_one_place() -> None:
    """But for what runs the owner's own migrations, asks a peer by its own protocol, or plays a client's part."""
    own = {
        "steward/server.py",
        "steward/restorer.py",
        "steward/guard.py",
        "steward/migrate/connecting.py",
        "tasks/live/meter.py",
    }
    found = {name for name in sites() if "psycopg.connect(" in code(ROOT / name)}
    assert found <= own


@pytest.mark.parametrize("kind", [session.READING, session.WRITING])
def test_a_session_has_postgresqls_own_names_before_all_others(kind: session.Session) -> None:
    assert kind["search_path"] == "pg_catalog,pg_temp"
    assert kind["role"] == "none"
    assert kind["row_security"] == "off"


def test_a_session_that_looks_differs_from_one_that_writes_in_that_alone() -> None:
    differ = {name for name in session.PINNED | session.READING if session.READING[name] != session.WRITING[name]}
    assert differ == {"default_transaction_read_only"}


def test_pg_dump_alone_keeps_the_path_of_the_database() -> None:
    assert session.READING.keys() - session.DUMPING.keys() == {"search_path"}
    assert [name for name, kind in programs.SESSIONS.items() if "search_path" not in kind] == ["pg_dump"]


def test_options_keep_blanks_and_know_the_version() -> None:
    assert session.options({"a": "b c\\d", "e": ""}) == r"-c a=b\ c\\d -c e="
    assert "transaction_timeout" not in session.options(session.READING, 16)
    assert "-c transaction_timeout=0" in session.options(session.READING, 17)
    assert session.later(16) == ""
    assert session.later(18) == "set transaction_timeout = 0"
