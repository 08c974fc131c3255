"""Turns what stands in a href into an address that can be asked, or into nothing where it is none."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

_LONGEST_URL = 2000
_LONGEST_HOST = 253
_LONGEST_LABEL = 63
_NO_HOST = re.compile(r"[\s%<>\"'\\^`{|}\x00-\x20\x7f]")


def absolute(base: str, link: str) -> str | None:
    """The http(s) URL a link means on a page, without its fragment; None for anything else.

    None too where the host or the port are none that could be connected to: a request for such an address
    fails in places that expect no failure.
    """
    link = link.strip()
    if not link or link.startswith("#"):
        return None
    try:
        url = urljoin(base, link).split("#", 1)[0]
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or port == 0 or len(url) > _LONGEST_URL:
        return None
    return url if host and _is_host(host) else None


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return bool(ip_address(host))
        except ValueError:
            return False
    if _NO_HOST.search(host):
        return False
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
        name.encode("ascii").decode("idna")  # Twisted reads it back
    except UnicodeError:
        return False
    labels = name.removesuffix(".").split(".")
    return len(name) <= _LONGEST_HOST and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
