"""No script that root runs touches a path by itself: `templates/sh/lib/touch.sh` is the one place that does."""

from pathlib import Path

import pytest

from tasks.shell import TEMPLATES, whole

from .shell import Command, commands

SCRIPTS = sorted((TEMPLATES / "sh").glob("*.sh"))
FOR_US = {"as_postgres", "touching", "there", "listed", "put", "own_directory", "given", "log_file", "lock_file"}
"""What the library has for them: whoever is behind it is not root where root must not be."""


def words(text: str) -> set[str]:
    return set(text.split())


WRITES = words("install mv rm rmdir chown chgrp chmod touch mkdir mkfifo mktemp cp ln tar tee truncate dd sync")
READS = words("cat head tail ls find stat df sha256sum md5sum sort grep awk sed cut tr wc base64")
PROGRAMS = words("runuser su sudo setpriv setsid psql steward pgbackrest postgres pg_controldata pg_basebackup")
CLUSTERS = words("pg_createcluster pg_dropcluster pg_ctlcluster pg_lsclusters")
NOWHERE = ("/dev/null", "1", "2", "&1", "&2")

ALLOWED = {
    # script, the command's beginning: why root may do so by path
    ("hosts", ">> /etc/hosts"): "/etc is root's alone",
    ("kernel", "sed -n 's/.*\\[\\(.*\\)\\].*/\\1/p' \"$name\""): "the kernel's own files below /sys",
    ("huge-pages", "awk '/^HugePages_Total:/ {print $2}' /proc/meminfo"): "the kernel's own",
    ("install-steward", 'rm -rf "$2"'): "/usr/local is root's alone",
    ("install-steward", 'mkdir -p "$2/new"'): "/usr/local is root's alone",
    ("install-steward", 'chmod -R u=rwX,go=rX "$2"'): "/usr/local is root's alone",
    ("install-steward", 'mv -T "$2/new" "$2/$3"'): "/usr/local is root's alone",
    ("machine", "awk '/^MemTotal:/"): "the kernel's own",
    ("machine", 'cat "$limit"'): "the kernel's own files below /sys",
    ("machine", "cat /sys/fs/cgroup/cpu.max"): "the kernel's own",
    ("machine", 'cat "$queue/rotational"'): "the kernel's own files below /sys",
    ("machine", "df "): "sizes and devices of a filesystem; nothing that a file holds",
    ("machine", "stat -c '%Hr:%Lr'"): "the number of a device; nothing that a file holds",
    ("spare", 'grep -qs \'"read_only": false\' "/etc/pgsteward/$1/steward.json"'): "/etc/pgsteward is root's alone",
    ("spare-clear", "grep -qs"): "/etc/pgsteward is root's alone",
    ("spare-clear", 'rm -f "/etc/cron.d/'): "/etc/cron.d is root's alone",
    ("spare-clear", "rm -f /etc/pgbackrest/pgbackrest.conf"): "/etc/pgbackrest is root's alone",
    ("spare-clear", 'rm -rf "/etc/pgsteward/$cluster"'): "/etc/pgsteward is root's alone",
    ("status", 'stat -c %Y "$told"'): "/etc/pgsteward is root's alone",
}


def names_a_path(command: Command) -> bool:
    """Whether a reading command is given a file, and not its standard input alone; programs of awk and sed are none."""
    given = [word for word in command.own[1:] if not word.startswith("'")]
    return any("/" in word or "$" in word for word in given)


def touches(command: Command) -> bool:
    if command.name in FOR_US:
        return redirected(command)
    if command.name in WRITES | PROGRAMS | CLUSTERS:
        return True
    return redirected(command) or (command.name in READS and names_a_path(command))


def redirected(command: Command) -> bool:
    return any(target not in NOWHERE for _, target in command.redirections)


def allowed(script: str, command: Command) -> bool:
    said = str(Command(command.own, command.redirections))
    return any(script == one and begins in said for one, begins in ALLOWED)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_others_can_write_is_touched_by_the_library_alone(script: Path) -> None:
    found = commands(script.read_text(encoding="utf-8"))
    assert [str(one) for one in found if wrong(script.stem, one)] == []


def wrong(script: str, command: Command) -> bool:
    return touches(command) and not allowed(script, command)


def test_every_exception_is_needed() -> None:
    for script, begins in ALLOWED:
        found = commands((TEMPLATES / "sh" / f"{script}.sh").read_text(encoding="utf-8"))
        assert any(touches(one) and begins in str(Command(one.own, one.redirections)) for one in found), (
            f"{script}: {begins}"
        )


@pytest.mark.parametrize(
    "line",
    [
        'cat > "$1.new"',
        'echo "$found" > "$plan"',
        'chown "$2" "$1"',
        'x=$(cat "$data/PG_VERSION")',
        'exec 9> "$data.lock"',
        '[ -f "$x" ] && mv -f "$x" "$y"',
        "if true; then rm -rf /var/lib/pgsteward/x; fi",
        'echo "a $(tail -n 10 "$log") b"',
        'base64 -d | tar -x -C "$folder"',
        'runuser -u postgres -- psql -c "select 1"',
        'find "$data" -mindepth 1 -delete',
        "as_postgres true > /var/lib/pgsteward/x",
        'steward restore prove "$1" < "$plan"',
    ],
)
def test_a_write_or_a_look_of_roots_own_is_found(line: str) -> None:
    assert any(touches(one) for one in commands(f"set -e\n{line}\n"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_postgresql_is_asked_by_the_library_alone(script: Path) -> None:
    """It pins what a session's words mean."""
    found = [one for one in commands(script.read_text(encoding="utf-8")) if "psql" in one.words]
    asked = [str(one) for one in found if one.name != "command"]
    assert asked == []


def test_what_runs_as_postgres_has_no_way_back() -> None:
    for path in (TEMPLATES / "sh" / "postgres").glob("*.sh"):
        names = {one.name for one in commands(path.read_text(encoding="utf-8"))}
        assert not names & {"sudo", "su", "runuser", "psql"}, path


def test_every_script_has_the_library_before_it() -> None:
    for path in SCRIPTS:
        assert whole(f"sh/{path.name}").startswith("# How root touches what other users can get at.")
