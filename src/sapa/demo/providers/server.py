"""One loopback HTTP server for all dialects: `/<dialect>/…` is what that provider's own address would be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sapa.demo.providers.wire import Reply, Request, said

Answer = Callable[[str, Request], Reply]
MOST_BYTES = 32 * 1024 * 1024


class Server:
    """Answers on 127.0.0.1, each connection in a thread of its own, until it is ended."""

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self._server = _Quiet(("127.0.0.1", port), _handler(answer))
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="simulator-server", kwargs={"poll_interval": 0.2}
        )
        self._thread.daemon = True
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def end(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news: some are killed on purpose."""


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        wbufsize = 64 * 1024
        disable_nagle_algorithm = True

        def _reply(self) -> None:
            parts = urlsplit(self.path)
            first, *rest = [unquote(part) for part in parts.path.strip("/").split("/")]
            size = min(int(self.headers.get("content-length") or 0), MOST_BYTES)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            request = Request(self.command, tuple(rest), query, headers, self.rfile.read(size))
            try:
                reply = answer(first, request)
            except Exception as error:  # noqa: BLE001 - whatever breaks here is the provider's own failure
                reply = said(500, message=type(error).__name__)
            if reply.breaks_off:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            self.send_header("content-length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _reply  # noqa: N815 - names of the standard library

        def log_message(self, *_given: Any) -> None:
            """What is said and heard is told by whoever runs the simulator."""

    return Handler
