"""Words of strangers -> words harmless to show: no direction tricks, nothing invisible, no bad links.

What Telegram's server leaves in a text (bidi isolates, zero-width characters, lone surrogates) goes here.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import quote, urlsplit, urlunsplit

MARKS = 3
LINK_LENGTH = 1000

_DROPPED = re.compile(
    "[\r\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_BLANK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u115f\u1160\u2800\u3164\uffa0]")
_JOINERS = re.compile("[\u200c\u200d]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\s]*")
_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
)
_SAFE = "/:=&?~+!$,;@()*%'"


def clean(text: str) -> str:
    """The text with its paragraphs, without what is invisible, reorders letters or towers over a line."""
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    text = _cap_marks(_drop_joiners(_BLANK.sub(" ", text)))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def clean_line(text: str) -> str:
    """The same in one line."""
    return clean(text).replace("\n", " ")


def clean_inside(text: str) -> str:
    """The same of a piece of a line: the spaces around it stay."""
    middle = clean_line(text)
    before = " " if text[:1].isspace() and middle else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{middle}{after}"


def safe_link(url: str) -> str | None:
    """The URL in ASCII if it is http(s) to a public-looking host name, else None.

    Addresses by number, names without a dot, user names in front of the host and odd ports are refused:
    Telegram drops such links in a text without a word, and refuses a message whose button has one.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or port == 0 or not _public_name(host):
        return None
    place = f"{host}:{port}" if port else host
    tail = (quote(part, safe=_SAFE, errors="ignore") for part in (parts.path, parts.query, parts.fragment))
    link = urlunsplit((parts.scheme, place, *tail))
    return link if len(link) <= LINK_LENGTH else None


def _public_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return _NAME.fullmatch(host) is not None and not host.endswith((".localhost", ".local", ".internal"))
    return False


def _drop_joiners(text: str) -> str:
    """Joiners stay only between pictures: a family of emoji is one sign, a joiner in a word is a trick."""

    def keep(match: re.Match[str]) -> str:
        before, after = text[: match.start()].rstrip("\ufe0f"), text[match.end() : match.end() + 1]
        joins = match[0] == "\u200d" and before and after
        return match[0] if joins and _is_picture(before[-1]) and _is_picture(after) else ""

    return _JOINERS.sub(keep, text)


def _is_picture(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk")


def _cap_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MARKS:
            kept.append(char)
    return "".join(kept)
