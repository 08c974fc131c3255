"""A crawl on a machine whose name service means harm: names of inner addresses, and names that change.

Run in place of tests/crawls.py; see `ANSWERS`. What is no such name is resolved as ever.
"""

from __future__ import annotations

import functools
import itertools
import socket
from collections.abc import Iterator
from typing import Any, cast

from twisted.internet import _resolver, base

from tests import crawls

SITE, INNER = "127.0.0.9", "127.0.0.1"
# A name that changes gives its answers in turn, then the last one for ever: the robots.txt or list of the site is
# had from an address that is allowed, what it leads to would be had from one that is not.
ANSWERS: dict[str, list[list[str]]] = {
    "inner.example": [[INNER]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "six.example": [["::1"]],
    "local.example": [["fe80::1%lo"]],
    "meta.example": [["169.254.169.254"]],
    "several.example": [["10.0.0.1", INNER, "::1", "192.168.0.1"]],
    "nat.example": [["64:ff9b::7f00:1"]],
    "changing.example": [[SITE], [INNER]],
}
_TURNS: dict[str, Iterator[list[str]]] = {
    name: itertools.chain(answers, itertools.repeat(answers[-1])) for name, answers in ANSWERS.items()
}


def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> list[Any]:
    """What the system would say."""
    if host not in _TURNS:
        return socket.getaddrinfo(host, port, *args, **more)
    found = next(_TURNS[host])
    return [
        row
        for address in found
        for row in socket.getaddrinfo(address, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    ]


if __name__ == "__main__":
    service: Any = functools.partial(_resolver.GAIResolver, getaddrinfo=cast("Any", getaddrinfo))
    base._GAIResolver = service  # type: ignore[attr-defined]
    crawls.main()
