"""A pooler for tests, as small as one can be: it speaks enough of PostgreSQL's protocol to lend backends to clients.

In transaction mode a client has a backend from its first message until the server says that it is idle again; in
session mode, until it leaves. Like PgBouncer it answers new clients itself, with a process id of its own, and lends
first what came back last.
"""

import itertools
import socket
import struct
import threading
from pathlib import Path

PORT = 5432
PROTOCOL = 196608
SSL = 80877103
PARAMETERS = {"server_version": "15.0", "client_encoding": "UTF8", "standard_conforming_strings": "on"}


class Pooler:
    """Listens on a socket of its own in `directory`; `server` is the directory of the server's socket."""

    def __init__(self, directory: Path, server: Path, database: str, mode: str) -> None:
        self.server, self.database, self.mode = server, database, mode
        self.idle: list[socket.socket] = []
        self.fake_pids = itertools.count(1_000_000)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(directory / f".s.PGSQL.{PORT}"))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()
        for one in self.idle:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        backend: socket.socket | None = None
        try:
            self._welcome(client)
            while (message := read(client)) and message[:1] != b"X":
                backend = backend or (self.idle.pop() if self.idle else self._backend())
                backend.sendall(message)
                if message[:1] in b"QS" and self._answer(client, backend) == b"I" and self.mode == "transaction":
                    self.idle.append(backend)
                    backend = None
        except OSError:
            pass
        finally:
            client.close()
            if backend is not None:
                backend.close()

    def _welcome(self, client: socket.socket) -> None:
        while True:
            size, code = struct.unpack("!II", exactly(client, 8))
            exactly(client, size - 8)
            if code == PROTOCOL or code >> 16 == 3:
                break
            client.sendall(b"N")  # neither TLS nor GSS
        client.sendall(framed(b"R", struct.pack("!I", 0)))
        for name, value in PARAMETERS.items():
            client.sendall(framed(b"S", f"{name}\0{value}\0".encode()))
        client.sendall(framed(b"K", struct.pack("!II", next(self.fake_pids), 1)) + framed(b"Z", b"I"))

    def _backend(self) -> socket.socket:
        found = socket.socket(socket.AF_UNIX)
        found.connect(str(self.server / f".s.PGSQL.{PORT}"))
        body = struct.pack("!I", PROTOCOL) + f"user\0postgres\0database\0{self.database}\0\0".encode()
        found.sendall(struct.pack("!I", len(body) + 4) + body)
        while read(found)[:1] != b"Z":
            pass
        return found

    @staticmethod
    def _answer(client: socket.socket, backend: socket.socket) -> bytes:
        """Passes on until the backend is ready; whether it is idle or in a transaction."""
        while message := read(backend):
            client.sendall(message)
            if message[:1] == b"Z":
                return message[5:6]
        raise OSError("the backend has gone")


def framed(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def read(end: socket.socket) -> bytes:
    """One message, whole; empty at the end."""
    head = exactly(end, 5)
    return head + exactly(end, struct.unpack("!I", head[1:])[0] - 4) if head else b""


def exactly(end: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = end.recv(size - len(found))
        if not part:
            return b""
        found += part
    return found
