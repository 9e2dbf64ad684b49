"""Object stores for tests, over TLS on this machine: rclone's, and one that answers what a test wants."""

import os
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.s3 import rclone

ADDRESS = "127.0.0.1"
KEY, SECRET = "testaccesskey0000001", "testsecretkey000000000000000001"
PATIENCE = 20


def certify(directory: Path) -> Path:
    """A certificate for `ADDRESS` (`server.pem`, with its key), which is its own authority; its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (directory / "server.key").write_bytes(private)
    (directory / "server.pem").write_bytes(certificate.public_bytes(pem))
    return directory / "server.pem"


@contextmanager
def serving(directory: Path, certificate: Path) -> Iterator[str]:
    """rclone serves the directories in `directory` as buckets; its `host:port`."""
    log = directory.parent / "rclone.log"
    where = ["--addr", f"{ADDRESS}:0", "--cert", str(certificate), "--key", str(certificate.with_suffix(".key"))]
    environment = os.environ | {"RCLONE_AUTH_KEY": f'"{KEY},{SECRET}"', "RCLONE_CONFIG": os.devnull}
    with log.open("w") as said:
        process = subprocess.Popen([rclone(), "serve", "s3", *where, str(directory)], env=environment, stderr=said)
    try:
        yield _port(process, log)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _port(process: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while not (found := re.search(r"https://([0-9.:]+)/", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
    return found.group(1)


@dataclass
class Asked:
    """One request, by what it is for: list, put, get, delete, create, versioning, object-lock, lifecycle."""

    what: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def region(self) -> str:
        """The region that it was signed for."""
        return self.headers["authorization"].split("/")[2]


Answer = tuple[int, str, dict[str, str]]


@dataclass
class Puppet:
    """A store that keeps objects, and answers otherwise what `says` has for a kind of request."""

    endpoint: str = ""
    says: dict[str, Answer] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    """Requests signed for another region are redirected to the first of these."""
    missing: bool = False
    """There is no bucket until somebody, not always the one who asks, has made it."""
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.regions and asked.region not in self.regions:
            return error(400, "AuthorizationHeaderMalformed", f"<Region>{self.regions[0]}</Region>")
        if asked.what == "put":
            self.objects[asked.path] = asked.body
        if asked.what == "create":
            self.missing = False
        if self.missing:
            return error(404, "NoSuchBucket")
        if asked.what in self.says:
            return self.says[asked.what]
        if asked.what == "get":
            return 200, self.objects[asked.path].decode(), {}
        if asked.what == "delete":
            del self.objects[asked.path]
            return 204, "", {}
        return 200, "<ListBucketResult/>" if asked.what == "list" else "", {}

    def whats(self) -> set[str]:
        return {one.what for one in self.asked}


def error(status: int, code: str, more: str = "") -> Answer:
    """What S3 answers where it does not do something."""
    return status, f"<Error><Code>{code}</Code><Message>{code} it is</Message>{more}</Error>", {}


@contextmanager
def playing(certificate: Path) -> Iterator[Puppet]:
    """A puppet that serves."""
    puppet = Puppet()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query, keep_blank_values=True)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(kind(self.command, url.path, query), unquote(url.path), query, headers, body)
            status, text, more = puppet.answer(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text.encode())), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text.encode())

        do_HEAD = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((ADDRESS, 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    puppet.endpoint = f"{ADDRESS}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield puppet
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kind(method: str, path: str, query: dict[str, list[str]]) -> str:
    """What a request is for."""
    feature = next((name for name in ("versioning", "object-lock", "lifecycle") if name in query), None)
    if feature:
        return feature
    if path.strip("/").count("/"):
        return method.lower()
    return {"GET": "list", "PUT": "create"}.get(method, method.lower())
