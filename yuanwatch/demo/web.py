"""The published demo sites -> answers on 127.0.0.1, with the headers that polite crawlers rely on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlsplit

import yaml

from yuanwatch.demo.documents import Edition, data
from yuanwatch.demo.publish import Resource, publish


class DemoWeb:
    """All bundled sites on one port, each below its own path. Use as a context manager.

    Set `edition` to 2 to publish the next morning's news; it may be set while requests are served.
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.edition = 1

    @property
    def base_url(self) -> str:
        """http://127.0.0.1:PORT, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def edition(self) -> Edition:
        """What is published: 1 the archive, 2 the next morning too."""
        return self._edition

    @edition.setter
    def edition(self, edition: Edition) -> None:
        self._edition = edition
        self._server.resources = publish(self.base_url, edition)

    @property
    def answers(self) -> tuple[tuple[str, int], ...]:
        """(path, status) of every request answered so far, in order."""
        return tuple(self._server.answers)

    def sources(self) -> list[dict[str, Any]]:
        """The source blocks of config.yaml for these sites, with this server's addresses."""
        text = data("sources.yaml").read_text("utf-8").replace("{base}", self.base_url)
        return cast("list[dict[str, Any]]", yaml.safe_load(text))

    def __enter__(self) -> DemoWeb:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.resources: Mapping[str, Resource] = {}
        self.answers: list[tuple[str, int]] = []
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "YuanwatchDemo"
    sys_version = ""
    timeout = 10  # seconds an idle connection is kept
    # Headers and body leave as two writes; without this the second waits for the reader's delayed ACK.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Say nothing: the demo's terminal belongs to the conversation."""

    def _answer(self, *, with_body: bool) -> None:
        server = cast("_Server", self.server)
        path = urlsplit(self.path).path
        resource = server.resources.get(path)
        if resource is None:
            status, body = HTTPStatus.NOT_FOUND, b"<!DOCTYPE html><title>404</title><p>Not found</p>"
        elif _unchanged(resource, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            status, body = HTTPStatus.NOT_MODIFIED, b""
        else:
            status, body = HTTPStatus.OK, resource.body
        server.answers.append((path, status.value))
        self._send(status, resource, body, with_body=with_body)

    def _send(self, status: HTTPStatus, resource: Resource | None, body: bytes, *, with_body: bool) -> None:
        self.send_response(status)
        if resource is not None:
            self.send_header("ETag", resource.etag)
            self.send_header("Last-Modified", format_datetime(resource.modified, usegmt=True))
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.content_type if resource else "text/html")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and body:
            self.wfile.write(body)


def _unchanged(resource: Resource, none_match: str | None, modified_since: str | None) -> bool:
    """RFC 9110, 13.2.2: the entity tag decides; the date only where no tag was sent."""
    if none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in none_match.split(",")}
        return resource.etag in tags or "*" in tags
    since = _http_date(modified_since)
    return since is not None and resource.modified <= since


def _http_date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
