"""Environment files as they lie on the operator's machine."""

from pathlib import Path

from fleet import environment
from fleet.environment import Environment
from fleet.problem import Problem, Refused


def read(source: str | Path) -> Environment:
    """The environment in the file `source`; raises `Refused`, also where there is no such file."""
    return environment.load(content(Path(source)), str(source))


def content(path: Path) -> bytes:
    """The bytes of the file; raises `Refused` where they cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.yml"))) or "none"
        hint = f"the environments there are {known}; begin with a copy of inventories/example.yml"
        raise Refused(str(path), [Problem("the file", "does not exist", hint)]) from None
    except IsADirectoryError:
        hint = "name the file, such as inventories/prod.yml"
        raise Refused(str(path), [Problem("the file", "is a directory", hint)]) from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise Refused(str(path), [Problem("the file", f"cannot be read: {reason}", "make it readable")]) from None


def project(source: str | Path) -> Path:
    """The directory that relative paths of the environment begin in: the one above `inventories/`."""
    return Path(source).absolute().parent.parent


def local(source: str | Path, path: str) -> Path:
    """A path that the environment `source` names, on this machine."""
    return project(source) / Path(path).expanduser()
