"""The folder of a database's migrations, read from disk. It reads every file once, and changes none."""

import os
from pathlib import Path

from fleet.problem import Problem, Refused

from .filename import ENDING, Name, parse_name
from .migration import File, Migration, assemble


def read_folder(folder: Path) -> list[Migration]:
    """The migrations of `folder` in order; raises Refused with all that is wrong with it."""
    files, problems = list[tuple[Name, File]](), list[Problem]()
    for path in list_folder(folder):
        name = parse_name(path.name)
        read = read_file(path) if isinstance(name, Name) else None
        if isinstance(name, Problem):
            problems.append(name)
        elif isinstance(read, Problem):
            problems.append(read)
        elif name is not None and read is not None:
            files.append((name, read))
    if problems:
        raise Refused(str(folder), problems)
    return assemble(files, str(folder))


def read_seeds(folder: Path) -> list[File]:
    """All SQL files of a folder of seeds, in the order of their names; raises Refused."""
    read = [read_file(path) for path in list_folder(folder) if path.name.endswith(ENDING)]
    problems = [one for one in read if isinstance(one, Problem)]
    if problems:
        raise Refused(str(folder), problems)
    return [one for one in read if isinstance(one, File)]


def list_folder(folder: Path) -> list[Path]:
    """The regular files of `folder`, by name; raises Refused where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            # the directory itself says what is a file; a thousand questions less than Path.is_file would ask
            return sorted(Path(one.path) for one in found if one.is_file())
    except FileNotFoundError:
        what, hint = "there is no such folder", "name the folder of one database, such as --folder migrations/shop"
    except NotADirectoryError:
        what, hint = "it is not a folder", "name the folder that holds the migrations of one database"
    except OSError as error:
        what, hint = f"it cannot be read: {error.strerror}", "look at its permissions"
    raise Refused("migrations", [Problem(str(folder), what, hint)])


def read_file(path: Path) -> File | Problem:
    try:
        content = path.read_bytes()
        content.decode()
    except OSError as error:
        return Problem(path.name, f"it cannot be read: {error.strerror}", "look at its permissions")
    except UnicodeDecodeError as error:
        return Problem(path.name, f"it is not UTF-8 (byte {error.start})", "save it as UTF-8, as sqlx wants it too")
    if b"\0" in content:
        return Problem(path.name, "it holds a NUL byte, which PostgreSQL cannot read", "remove it")
    return File(path.name, content)
