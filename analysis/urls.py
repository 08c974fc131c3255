"""Turns a URL into the one form under which it is known, whoever linked to it and however.

Only what is known to change nothing is taken away: the scheme (http and https are one page), default
ports, mobile hosts and www, fragments, index pages, trailing slashes and the parameters of known
trackers. Every other parameter may name another page and stays, in a fixed order.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|(fb|g|dc|ms|yc|tt|tw|wbra|gbra|ga)clid|fbclid|gclsrc|igshid|mc_[ce]id|_hs(enc|mi)|mkt_tok|spm|scm"
    r"|share_(token|source|medium|from)|sharefrom|from_source|wfr|vt_\w+|at_(medium|campaign)|cmpid|ncid|ref_src"
    r"|ref_url|wt_mc|xtor|s_cid|trk|piwik_\w+|pk_(campaign|kwd)|_ga|__twitter_impression|isappinstalled"
    r"|nsukey|clicktime|enterid",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(index|default)\.(html?|shtml|php|aspx?|jsp)$", re.IGNORECASE)
_MOBILE = re.compile(r"^(m|mobile|wap|3g|amp|touch)\.(?=[^.]+\.[^.]+)")
_SAFE = ":@!$&'()*+,;=~-._"


def canonical(url: str) -> str:
    """The URL under which a page is known: for comparing, not for fetching.

    What is no http(s) URL is returned as it is, without surrounding white space.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return url
    host = _MOBILE.sub("", _host(parts.hostname)).removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    query = _query(parts.query)
    return f"https://{host}{_path(parts.path)}{'?' + query if query else ''}"


def _host(name: str) -> str:
    name = name.lower().rstrip(".")
    try:
        return name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return name


def _path(path: str) -> str:
    # %7E and ~ are one character, %2F and / are not: the slash is left alone.
    path = re.sub(r"/{2,}", "/", "/".join(map(_escape, path.split("/"))))
    return _INDEX.sub("/", path).rstrip("/") or "/"


def _escape(piece: str) -> str:
    return quote(unquote(piece, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    return urlencode(sorted(kept), errors="surrogateescape")
