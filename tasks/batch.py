"""Many questions to one host as one command: what scripts have in common and each script's text are read once.

Each question is asked in a subshell of its own; what it prints is told apart by a mark that is new each time, since a
host's words are not to be trusted.
"""

from collections.abc import Sequence

from pyinfra.api import FactBase, QuoteString, StringCommand

from .shell import COMMON, Script, text


class BatchFact(FactBase[dict[int, list[str]]]):
    """The lines that each of many scripts printed, by its place; without those that failed. `mark`: of their program,
    which is the command's standard input."""

    default = dict

    def command(self, mark: str) -> StringCommand:
        self.mark = mark
        return StringCommand("cd", "/", "&&", "sh", "-c", QuoteString('program=$(cat) && eval "$program"'))

    def process(self, output: list[str]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        lines: list[str] = []
        for line in output:
            mark, _, end = line.partition(" ")
            if mark != self.mark:
                lines.append(line)
                continue
            number, _, code = end.partition(" ")
            if code == "0":
                found[int(number)] = lines[:-1] if lines[-1:] == [""] else lines
            lines = []
        return found


def program(scripts: Sequence[Script], mark: str) -> str:
    """A script that runs all of these, and says after each its place and exit code; too long for a command line."""
    names = {path: f"script_{number}" for number, path in enumerate({one.path: one for one in scripts})}
    parts = [*map(text, COMMON), *(f"{name}() {{\n{text(path)}\n}}" for path, name in names.items())]
    for number, one in enumerate(scripts):
        words = StringCommand(names[one.path], *one.words).get_raw_value()
        parts.append(f"( {words} )\nprintf '\\n%s %s %s\\n' {mark} {number} $?")
    return "\n".join([*parts, "true"])
