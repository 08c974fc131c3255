"""Answers that mean harm, or come from broken servers: what each is, and what must be said of it."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from tests.sites import Reply, Wire

PACKING: Any = import_module("scrapy.utils._compression")  # has both whatever the version of Python
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
RESET = struct.pack("ii", 1, 0)
LIMIT = 15_000_000
ROW = "<ul class='list'><li><a href='/a.html'>x</a></li></ul>"


def wire(*parts: bytes, pause: float = 0.0, reset: bool = False, times: int = 1) -> Wire:
    """Sends these parts so many times, waits before each, and hangs up."""

    def talk(connection: socket.socket) -> None:
        with suppress(OSError):
            for _ in range(times):
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                connection.close()

    return Wire(talk)


def dripping(head: bytes, drop: bytes = b"x") -> Wire:
    """Something now and then, so that no wait for the next byte is long, for as long as anybody listens."""

    def talk(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(head)
            for _ in range(60):
                connection.sendall(drop)
                time.sleep(0.3)

    return Wire(talk)


def packed(body: bytes, *encodings: str) -> Reply:
    """A body packed by these encodings one after the other."""
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: gzip.compress(data, 9),
        "deflate": zlib.compress,
        "br": PACKING.brotli.compress,
        "zstd": PACKING.zstd.compress,
    }
    for encoding in encodings:
        body = packers[encoding](body)
    return Reply(body, headers={"Content-Encoding": ", ".join(encodings)})


def answers() -> Iterator[tuple[str, Reply | Wire, str]]:
    """Name, answer, and words that the problem of the source must hold, or others behind |."""
    zeros = bytes(LIMIT + 5_000_000)
    yield "reset", wire(b"", reset=True), "connection failed"
    yield "closed", wire(b""), "connection failed"
    yield "stall", wire(b"", pause=9), "no answer in time"
    yield "drip", dripping(HEAD + b"\r\n"), "no answer in time"
    yield "drip-head", dripping(HEAD, b"X-A: b\r\n"), "no answer in time"
    yield "endless", wire(HEAD + b"\r\n", *[b"<p>" * 100_000] * 9, times=30), "given up"
    yield "endless-head", wire(HEAD, b"X-A: " + b"b" * 60_000 + b"\r\n", times=20), "connection failed"
    yield "garbage", wire(b"\x00\xff nonsense\r\n\r\n"), "connection failed"
    yield "longer", wire(HEAD + b"Content-Length: 999\r\n\r\n<p>half"), "broke off"
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield "cut-chunks", wire(chunked + b"ff\r\n<p>half"), "broke off"
    yield "declared", wire(HEAD + b"Content-Length: 99999999999\r\n\r\n", pause=1), "given up"
    yield "loop", Reply("", 302, {"Location": "/loop"}), "redirections"
    yield "elsewhere", Reply("", 302, {"Location": "file:///etc/passwd"}), "302"
    for name, encodings in {
        "gzip": ["gzip"],
        "deflate": ["deflate"],
        "brotli": ["br"],
        "zstd": ["zstd"],
        "nested": ["gzip", "gzip"],
        "mixed": ["br", "zstd"],
    }.items():
        yield f"bomb-{name}", packed(zeros, *encodings), "unpacked it is larger"
    yield "no-gzip", Reply("<p>plain", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"
    for number in range(3):  # as large as is allowed, and all at once
        yield f"full-{number}", packed(b"<p>x</p>" * (LIMIT // 9), "gzip"), "no entries|larger than it may be"
    yield "soup", Reply("<div>" * 20_000 + ROW), "too deep"
    yield "picture", Reply(b"\x89PNG\r\n\x1a\n" + bytes(5000)), "another kind of file"
    yield "nothing", Reply(""), "no entries"
    yield "lost", Reply("<title>404 Not Found</title>" + "x" * 400), "error page"
    yield "script", Reply("<div id=app></div>" + "<script>draw()</script>" * 90), "JavaScript"
    yield "login", Reply("", 401), "login"
    yield "legal", Reply("", 451), "legal"
    yield "broken", Reply("", 502), "502"


def documents() -> Iterator[tuple[str, str, str, str]]:
    """Name, kind of source, document, and words of the problem: what takes parsers time or memory."""
    yield "div-feed", "feed", "<div>" * 1_500_000, "not a feed"
    names = " ".join(f"a{number}='x'" for number in range(300_000))
    yield "wide-feed", "feed", f"<item {names}>", "not a feed"
    yield "urls", "sitemap", "<urlset>" + "<url/>" * 1_500_000 + "</urlset>", "no entries"
    yield "json", "api", "[" + "{}," * 1_500_000 + "{}]", "too many values"
