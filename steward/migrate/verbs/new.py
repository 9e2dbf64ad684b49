"""`new`: empty files for a migration. It never overwrites one."""

from datetime import datetime, timezone
from pathlib import Path

from fleet.problem import Problem, Refused

from ..arguments import add_folder, parser
from ..filename import Way, file_name
from ..folder import read_folder
from ..stamp import version_of, words_of
from ..voice import Voice

FIRST_LINES = {
    Way.ONLY: "-- What changes. Cannot be reverted.\n",
    Way.UP: "-- What changes. One transaction; the lock timeout and the ledger's row are the runner's.\n",
    Way.DOWN: "-- What takes it back.\n",
}


def main(arguments: list[str], voice: Voice, purpose: str) -> int:
    said = parser("new", purpose)
    add_folder(said)
    said.add_argument("name", help="what it does: create_users")
    said.add_argument("--irreversible", action="store_true", help="one file, without a down")
    options = said.parse_args(arguments)
    words = words_of(options.name)
    if isinstance(words, Problem):
        raise Refused("steward migrate new", [words])
    made = create(options.folder, version_of(datetime.now(timezone.utc)), words, options.irreversible)
    for path in made:
        voice.line(str(path))
    voice.result({"ok": True, "files": [str(path) for path in made]})
    return 0


def create(folder: Path, version: int, words: str, irreversible: bool) -> list[Path]:
    """The files, made. Raises Refused where the version would not be the newest."""
    _make(folder)
    newest = max((one.version for one in read_folder(folder)), default=0)
    if version <= newest:
        hint = "wait a second; if that does not help, look at this machine's clock, and at that version"
        raise Refused(str(folder), [Problem(str(version), f"it would not be the newest, {newest} is there", hint)])
    paths = []
    for way in (Way.ONLY,) if irreversible else (Way.UP, Way.DOWN):
        paths.append(folder / file_name(version, words, way))
        try:
            with paths[-1].open("x", encoding="utf-8", newline="\n") as file:
                file.write(FIRST_LINES[way])
        except OSError as error:
            what = f"it cannot be written: {error.strerror}"
            raise Refused("migrations", [Problem(str(paths[-1]), what, "look at the folder's permissions")]) from None
    return paths


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        what, hint = f"the folder cannot be made: {error.strerror}", "make the folder above it, or name another"
        raise Refused("migrations", [Problem(str(folder), what, hint)]) from None
