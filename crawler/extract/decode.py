"""Turns the bytes of a page into text, whatever it claims to be encoded in."""

from __future__ import annotations

import codecs
import re

from crawler.types import Page

# Browsers read these names as the larger set, and so do the pages that use them (WHATWG Encoding).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
}
# Codecs of Python that no page is written in, or that read what they should not.
_NONE = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_HEAD = 4096
_PAIR = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")
_BAD_SHARE = 0.001


def codec(name: str | None) -> str | None:
    """Python's name of the encoding a page means when it says `name`; None if there is no such encoding."""
    if not name:
        return None
    try:
        known = codecs.lookup(name.strip().lower().removeprefix("x-"))
    except (LookupError, ValueError):  # ValueError: what is no name at all
        return None
    if not known._is_text_encoding or known.name in _NONE:
        return None
    return _WIDER.get(known.name, known.name)


def text_of(page: Page, override: str | None = None) -> str:
    """The text of a page, decoded unless somebody did it before; `override` as for `decode`."""
    return decode(page.body, page.content_type, override) if page.text is None else page.text


def declared(body: bytes, content_type: str | None) -> str | None:
    """The codec the header names or, failing that, the page itself near its beginning."""
    header = _HEADER.search(content_type or "")
    if header and (named := codec(header[1])):
        return named
    inside = _DECLARED.search(body[:_HEAD])
    named = codec((inside[1] or inside[2]).decode("ascii")) if inside else None
    # A page whose meta tag could be read as ASCII is not in UTF-16, whatever the tag says.
    return "utf-8" if named and named.startswith("utf-16") else named


def decode(body: bytes, content_type: str | None = None, override: str | None = None) -> str:
    """The text of a page.

    Order of belief: `override` from the source's configuration, a byte order mark, the header, the page. A
    claim is dropped when the bytes contradict it: when they are valid UTF-8 all the same, or when more than
    one character in a thousand cannot be read; then UTF-8, GB18030 and Big5 are tried. NULs, at which parsers
    stop reading, are left out.
    """
    return _read(body, content_type, override).replace("\x00", "")


def _read(body: bytes, content_type: str | None, override: str | None) -> str:
    if forced := codec(override):
        return body.decode(forced, "replace")
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    claim = declared(body, content_type)
    if (text := _utf8(body, claim)) is not None:
        return text
    if claim and (text := _tolerably(body, claim)) is not None:
        return text
    return _guessed(body, claim)


def _utf8(body: bytes, claim: str | None) -> str | None:
    """The text if it is UTF-8 beyond doubt: a short GBK word can pass for two-byte sequences of UTF-8."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if claim in (None, "utf-8", "cp1252") or any(char >= "\u0800" for char in text):
        return text
    return None


def _tolerably(body: bytes, name: str) -> str | None:
    text = body.decode(name, "replace")
    return text if text.count("\ufffd") <= len(text) * _BAD_SHARE else None


def _guessed(body: bytes, claim: str | None) -> str:
    high = len(_HIGH.findall(body))
    # In GB2312 text nearly every high byte has a high neighbour; a German umlaut stands alone.
    chinese = high > 0 and 2 * len(_PAIR.findall(body)) > 0.7 * high
    names = ("utf-8", "gb18030", "big5hkscs") if chinese else ("utf-8", "cp1252")
    for name in names:
        if (text := _tolerably(body, name)) is not None:
            return text
    readings = [body.decode(name, "replace") for name in (claim or "utf-8", *names)]
    return min(readings, key=lambda text: text.count("\ufffd"))
