"""Between a client and rclone's store: what is asked is written down, and the weather may be bad."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.steward.stores import ADDRESS, Answer, error

HOP = {"connection", "transfer-encoding", "expect", "keep-alive"}


@dataclass
class Asked:
    """One request that has arrived whole, and what became of it. `status` 0: nothing was answered."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    size: int
    status: int = 0
    answered: int = 0

    @property
    def part(self) -> int:
        """The number of the part that it brings; 0 for any other request."""
        return int(self.query["partNumber"][0]) if self.method == "PUT" and "partNumber" in self.query else 0

    @property
    def what(self) -> str:
        if self.part:
            return "part"
        for name in ("uploads", "uploadId", "versions", "list-type"):
            if name in self.query:
                return f"{self.method} {name}"
        return f"{self.method} {self.path.rpartition('/')[2]}"


Rule = Callable[[Asked], "Answer | None"]


@dataclass
class Weather:
    """`rule` may answer instead of the store, sleep, or raise `Cut`; `after` is called when the store has answered, and
    may change its headers; `cut_after`: bytes of an object's body after which a connection breaks off, once."""

    endpoint: str = ""
    asked: list[Asked] = field(default_factory=list)
    rule: Rule = lambda asked: None
    after: Callable[[Asked, dict[str, str]], None] = lambda asked, headers: None
    cut_after: int = 0
    slow: float = 0.0
    """Seconds for each megabyte of an answer."""

    def of(self, what: str, status: int = 200) -> list[Asked]:
        return [one for one in self.asked if one.what == what and one.status == status]

    def clear(self) -> None:
        self.asked.clear()
        self.rule, self.after, self.cut_after = lambda asked: None, lambda asked, headers: None, 0


class Cut(Exception):
    """The connection breaks off without an answer."""


def first(count: int, answer: Answer, what: str) -> Rule:
    """The first so many requests of a kind are answered so."""
    left = [count]

    def rule(asked: Asked) -> "Answer | None":
        if asked.what != what or not left[0]:
            return None
        left[0] -= 1
        return answer

    return rule


ILL = error(500, "InternalError")


@contextmanager
def weather(store: str, certificate: Path) -> Iterator[Weather]:
    """A weather before the store at `store`."""
    sky = Weather()
    lock = threading.Lock()
    trusted = ssl.create_default_context(cafile=str(certificate))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size)
            if len(body) < size:  # whoever asked was killed; the store would wait for the rest, and let others wait
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(url.query, keep_blank_values=True)
            asked = Asked(self.command, unquote(url.path), query, headers, size)
            with lock:
                sky.asked.append(asked)
            try:
                instead = sky.rule(asked)
                if instead:
                    status, text, more = instead
                    self.answer(asked, status, more, iter([text.encode()]), len(text.encode()))
                else:
                    self.forward(asked, body)
            except Cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # whoever asked was killed
                self.close_connection = True

        do_HEAD = do_PUT = do_DELETE = do_POST = do_GET

        def forward(self, asked: Asked, body: bytes) -> None:
            link = http.client.HTTPSConnection(store, context=trusted)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            try:
                link.request(self.command, self.path, body, headers)
                reply = link.getresponse()
                told = {name: value for name, value in reply.getheaders() if name.lower() not in HOP}
                sky.after(asked, told)
                size = int(told.pop("Content-Length", -1))
                if size < 0 and self.command != "HEAD":
                    whole = reply.read()
                    self.answer(asked, reply.status, told, iter([whole]), len(whole))
                else:
                    self.answer(asked, reply.status, told, iter(lambda: reply.read(1 << 20), b""), max(size, 0))
            finally:
                link.close()

        def answer(self, asked: Asked, status: int, headers: dict[str, str], body: Iterator[bytes], size: int) -> None:
            asked.status = status
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(size)}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            for data in body:
                self.wfile.write(data)
                asked.answered += len(data)
                time.sleep(sky.slow * len(data) / (1 << 20))
                if sky.cut_after and asked.answered >= sky.cut_after and asked.answered < size:
                    sky.cut_after = 0
                    raise Cut

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that was killed in the middle is no news."""

    server = Server((ADDRESS, 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sky.endpoint = f"{ADDRESS}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield sky
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
