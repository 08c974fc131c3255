"""A web site on loopback for tests: pages by path, every request recorded."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = ("127.0.0.0/8",)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the site answers."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived: its path, headers by lower-case name, when (monotonic seconds), what was sent."""

    path: str
    headers: Mapping[str, str]
    when: float
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Wire:
    """What the site does to the connection itself, where no proper answer will do; then it is closed."""

    talk: Callable[[socket.socket], None]


Answer = Reply | Wire | Callable[[Seen], Reply]


class Site:
    """`pages` may be changed between crawls; `requests` and `connections` tell what arrived."""

    scheme = "http"

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.host, self.port = str(server.server_address[0]), server.server_address[1]
        self.pages: dict[str, Answer] = {}
        self.requests: list[Seen] = []
        self.connections = 0

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The address of a path, under another spelling of the host if asked."""
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths asked for, in order, without robots.txt."""
        return [seen.path for seen in self.requests if seen.path != "/robots.txt"]

    def answer(self, seen: Seen) -> Reply | Wire:
        """The reply to a request; 404 for paths that are not there."""
        self.requests.append(seen)
        page = self.pages.get(seen.path, Reply("<title>nothing</title>nothing is here", 404))
        return page if isinstance(page, Reply | Wire) else page(seen)


@contextmanager
def serve(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Site]:
    """A site on a port of `host` (0: a free one) while the block runs; with `tls` it speaks https."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        request_queue_size = 64

        def get_request(self) -> Any:
            site.connections += 1
            connection, address = super().get_request()
            if tls is not None:
                connection.settimeout(5)
                connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, address

        def handle_error(self, request: Any, address: Any) -> None:
            """Quiet: clients hang up on hostile sites."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = self.rfile.read(int(headers.get("content-length", 0)))
            reply = site.answer(Seen(self.path, headers, time.monotonic(), self.command, sent))
            if isinstance(reply, Wire):
                self.close_connection = True
                reply.talk(self.connection)
                return
            time.sleep(reply.delay)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if reply.status != 304:
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
            """Quiet."""

    server = Server((host, port), Handler)
    site = Site(server)
    site.scheme = "https" if tls else "http"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
