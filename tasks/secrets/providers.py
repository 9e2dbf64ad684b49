"""Where secrets come from. Each kind answers for many names at once, and says how to get what is missing."""

import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fleet.environment import Environment, SecretsFromAge, SecretsFromCommand, SecretsFromEnvironment, SecretsFromFile
from fleet.problem import CONTROL, Problem, Refused
from fleet.secrets import variable

from ..environment import local, project
from . import age, files, sheet
from .secret import Answer, Missing, Secret

AT_ONCE = 8


class Provider(Protocol):
    """One kind of place that secrets come from."""

    def answers(self, names: Sequence[str]) -> dict[str, Answer]:
        """The value of each name, or why there is none; raises `Refused` if the place itself is no good."""


@dataclass(frozen=True)
class Variables:
    """Environment variables."""

    prefix: str

    def answers(self, names: Sequence[str]) -> dict[str, Answer]:
        return {name: self._answer(variable(name, self.prefix)) for name in names}

    def _answer(self, name: str) -> Answer:
        return Secret(os.environ[name]) if os.environ.get(name) else Missing("is not set", name=name)


class Kept(ABC):
    """What both kinds of file have in common: names and values, and room for more."""

    path: Path

    @abstractmethod
    def read(self) -> Secret:
        """The plain text of the file, empty where there is none."""

    @abstractmethod
    def add(self, new: Mapping[str, Secret]) -> None:
        """Adds what is missing; keeps what is there."""

    def values(self) -> dict[str, Secret]:
        return sheet.values(self.read(), str(self.path))

    def answers(self, names: Sequence[str]) -> dict[str, Answer]:
        found = self.values()
        return {name: found.get(name) or Missing(f"is not in {self.path}") for name in names}


@dataclass(frozen=True)
class Sheet(Kept):
    """A YAML file outside git that only its owner can read."""

    path: Path

    def read(self) -> Secret:
        files.outside_git(self.path)
        return sheet.sealed(files.guarded(self.path) or b"")

    def add(self, new: Mapping[str, Secret]) -> None:
        files.replace(self.path, sheet.extended(self.read(), new, str(self.path)).reveal().encode())


@dataclass(frozen=True)
class EncryptedSheet(Kept):
    """The same file, encrypted with age."""

    path: Path
    identity: Path
    recipients: tuple[str, ...]

    def read(self) -> Secret:
        content = self._content()
        return age.decrypted(content, self.identity, str(self.path)) if content else Secret("")

    def add(self, new: Mapping[str, Secret]) -> None:
        """Adds what is missing, and encrypts the whole to the recipients of today."""
        content = self._content()
        armored = not content or content.startswith(age.ARMOR)
        whole = sheet.extended(self.read(), new, str(self.path))
        files.replace(self.path, age.encrypted(whole, self.identity, self.recipients, armored))

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            raise files.refusal(self.path, f"cannot be read: {reason}", "name a file of its own") from None


@dataclass(frozen=True)
class Command:
    """A program that prints one secret."""

    command: tuple[str, ...]
    folder: Path
    timeout: int

    def answers(self, names: Sequence[str]) -> dict[str, Answer]:
        """The first alone, so that what must be unlocked is unlocked once; the others side by side."""
        first = {name: self._answer(name) for name in names[:1]}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return first | dict(zip(names[1:], pool.map(self._answer, names[1:]), strict=True))

    def argv(self, name: str) -> list[str]:
        return [word.replace("{name}", name) for word in self.command]

    def _answer(self, name: str) -> Answer:
        argv = self.argv(name)
        try:
            process = subprocess.Popen(
                argv, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            return Missing(f"is not known: {argv[0]} cannot be run: {(error.strerror or 'no reason given').lower()}")
        with process:
            try:
                printed, complaint = process.communicate(timeout=self.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                _hang_up(process)
                return Missing(f"is not known: {argv[0]} gave no answer within {self.timeout}s")
        return _judged(argv[0], process.returncode, printed, complaint)


def _hang_up(process: "subprocess.Popen[bytes]") -> None:
    """Closes our ends of the pipes: a child that outlives its parent would hold the others for long."""
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


def _judged(program: str, code: int, printed: bytes, complaint: bytes) -> Answer:
    """What the program printed, without the line end; its complaint where it failed."""
    said = _said(complaint, printed)
    if code:
        return Missing(f"is not known: {program} failed with exit code {code}{said}")
    try:
        value = printed.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return Missing(f"is not known: what {program} printed is not text in UTF-8")
    return Secret(value) if value else Missing(f"is not known: {program} printed nothing{said}")


def _said(complaint: bytes, printed: bytes) -> str:
    """The last line of a complaint, in case it explains; without anything that was printed as the secret."""
    text = complaint.decode(errors="replace")
    for line in printed.decode(errors="replace").splitlines():
        text = text.replace(line, "…") if line.strip() else text
    lines = [CONTROL.sub("", line).strip() for line in text.splitlines() if line.strip()]
    return f": {lines[-1][:200]}" if lines else ""


def provider(environment: Environment, source: str) -> Provider:
    """The place that the environment in the file `source` has its secrets from."""
    match environment.secrets:
        case SecretsFromEnvironment(prefix=prefix):
            return Variables(prefix)
        case SecretsFromFile(path=path):
            return Sheet(local(source, path))
        case SecretsFromAge(path=path, identity=identity, recipients=recipients):
            return EncryptedSheet(local(source, path), local(source, identity), recipients)
        case SecretsFromCommand(command=command, timeout=timeout):
            return Command(command, project(source), timeout)
    raise Refused(source, [Problem("secrets", "come from nowhere that is known", "see inventories/example.yml")])
