"""Files that are ours alone: whole, atomic, never readable by others for a moment, compared before written."""

from collections.abc import Iterator, Sequence

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet.hostfile import HostFile

from .facts import FilesFact
from .memory import look
from .outcome import announce
from .shell import script


def differing(wanted: Sequence[HostFile]) -> list[HostFile]:
    """Those of `wanted` that are not on the host as they should be."""
    seen = look(host, FilesFact, paths=tuple(str(file.path) for file in wanted))
    return [file for file in wanted if seen.get(str(file.path)) != file.seen_as]


def write(file: HostFile, suffix: str = "") -> StringCommand:
    """Replaces one file; its text goes through standard input, to which pyinfra adds the last newline."""
    return script("write", f"{file.path}{suffix}", file.owner, file.mode, stdin=file.text.removesuffix("\n"))


@operation()
def present(wanted: Sequence[HostFile], then: tuple[str, ...] = ()) -> Iterator[StringCommand]:
    """Each of `wanted` lies on the host; where one was written, the script `then` (name, arguments) follows."""
    files = differing(wanted)
    if not files:
        return host.noop("all files are as wanted")
    announce(*(f"{file.path} is written" for file in files))
    for file in files:
        yield write(file)
    if then:
        yield script(*then)
