"""Runs on a host: writes down every name that comes, goes or changes below directories that postgres can write.

python3 recorder.py FILE: a path a line, until it is killed. Of a data directory it looks at the first level.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

ATTRIBUTES, WRITTEN, FROM, TO, CREATED, DELETED = 0x4, 0x2, 0x40, 0x80, 0x100, 0x200
LOOKED_FOR = ATTRIBUTES | WRITTEN | FROM | TO | CREATED | DELETED
DIRECTORY = 0x40000000
ROOTS = ("/etc", "/var", "/run", "/srv")
NAMES = "base global pg_wal pg_xact pg_stat pg_logical pg_multixact pg_subtrans pg_replslot pg_notify"
OWN = NAMES.split()
HEAD = struct.Struct("iIII")
libc = ctypes.CDLL(None, use_errno=True)


class Recorder:
    def __init__(self, out: str) -> None:
        self.out = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.inotify, self.watched, self.seen = libc.inotify_init(), {}, set()

    def watch(self, top: str) -> None:
        """Looks at a directory and all below it."""
        for directory, below, _ in os.walk(top):
            if Path(directory, "PG_VERSION").exists():
                below[:] = [name for name in below if name not in OWN]
            self.watched[libc.inotify_add_watch(self.inotify, directory.encode(), LOOKED_FOR)] = directory

    def run(self) -> None:
        while True:
            waiting = os.read(self.inotify, 1 << 16)
            while waiting:
                number, kind, _, size = HEAD.unpack_from(waiting)
                name = waiting[HEAD.size : HEAD.size + size].rstrip(b"\0").decode(errors="replace")
                waiting = waiting[HEAD.size + size :]
                if number in self.watched and name:
                    self.note(f"{self.watched[number]}/{name}", kind)

    def say(self, line: str) -> None:
        os.write(self.out, f"{line}\n".encode())

    def note(self, path: str, kind: int) -> None:
        if path not in self.seen:
            self.seen.add(path)
            self.say(path)
        if kind & DIRECTORY and kind & (CREATED | TO):
            self.watch(path)


def others() -> Iterator[str]:
    """The topmost directories that somebody else than root can write."""
    for root in ROOTS:
        for directory, below, _ in os.walk(root):
            at = Path(directory).stat()
            if at.st_uid or (at.st_mode & 0o020 and at.st_gid):
                yield directory
                below.clear()


if __name__ == "__main__":
    recorder = Recorder(sys.argv[1])
    for top in others():
        recorder.watch(top)
    recorder.say("ready")
    recorder.run()
