"""An object store that is up and has a bad day: `python -m lab.failing ADDRESS CERTIFICATE KEY` answers 500, always."""

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>try again</Message></Error>'


class Failing(BaseHTTPRequestHandler):
    """Says to every request that the store has failed; what was sent with it is not read."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.send_response(500)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(BODY)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY)
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


class Server(ThreadingHTTPServer):
    """A handshake that is broken off ends a thread, not the server."""

    daemon_threads = True

    def __init__(self, address: str, context: ssl.SSLContext) -> None:
        super().__init__((address, 443), Failing)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(address: str, certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Server(address, context).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
