"""Turns HTTP requests on loopback into calls of the Bot API, and their results or faults into answers."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from yuanwatch.demo.botapi.body import BodyError, read_params
from yuanwatch.demo.botapi.calls import Desk, Reply

_PATH = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>[^/?]+)/?(?:\?(?P<query>.*))?")
_FILE = re.compile(r"/file/bot(?P<token>[^/]*)/(?P<path>[^?]+)")


class Server(ThreadingHTTPServer):
    """Listens on a port of 127.0.0.1 (0: any free one), one thread for each connection."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, desk: Desk, port: int) -> None:
        self.desk = desk
        self.connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="botapi")
        self._thread.start()

    def stop(self) -> None:
        """End every connection and wait for the threads."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self.connections:
                _hang_up(connection)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error; anything else ends the test that caused it."""
        self.desk.note_crash()


class Handler(BaseHTTPRequestHandler):
    """One connection, request after request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *args: object) -> None:
        """Nothing is printed: the calls are recorded instead."""

    def _serve(self) -> None:
        try:
            self._answer(self._call())
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _call(self) -> Reply:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if wanted := _FILE.fullmatch(self.path):
            return self.server.desk.file(unquote(wanted["token"]), unquote(wanted["path"]))
        match = _PATH.fullmatch(self.path)
        if match is None:
            return Reply.refused(404, "Not Found")
        try:
            params = read_params(match["query"] or "", self.headers.get("Content-Type") or "", body)
        except BodyError as error:
            return Reply.refused(400, f"Bad Request: {error}")
        return self.server.desk.call(unquote(match["token"]), match["method"], params)

    def _answer(self, reply: Reply) -> None:
        if reply.hang_up:
            self.close_connection = True
            if reply.reset:
                _reset(self.connection)
            return
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in reply.headers().items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + reply.body)


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket) -> None:
    """Close without a farewell: the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
