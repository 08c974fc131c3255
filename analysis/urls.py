"""Turns a URL into the one form under which it is known, whoever linked to it and however.

Only what is known to change nothing is taken away: the scheme (http and https are one page), default
ports, mobile hosts and www, fragments, index pages, trailing slashes and the parameters of known
trackers. Every other parameter may name another page and stays, in a fixed order. Addresses that only lead on
to the one they hold (of search engines, social networks, mail filters, AMP caches) are that one.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|(fb|g|dc|ms|yc|tt|tw|wbra|gbra|ga)clid|fbclid|gclsrc|igshid|mc_[ce]id|_hs(enc|mi)|mkt_tok|spm|scm"
    r"|share_(token|source|medium|from)|sharefrom|from_source|wfr|vt_\w+|at_(medium|campaign)|cmpid|ncid|ref_src"
    r"|ref_url|wt_mc|xtor|s_cid|trk|piwik_\w+|pk_(campaign|kwd)|_ga|__twitter_impression|isappinstalled"
    r"|nsukey|clicktime|enterid",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(index|default)\.(html?|shtml|php|aspx?|jsp)$", re.IGNORECASE)
_MOBILE = re.compile(r"^(m|mobile|wap|3g|amp|touch)\.(?=[^.]+\.[^.]+)")
# Host (and what lies below it), path, and the parameter that holds the address.
_WRAPPERS = [
    (re.compile(rf"(?:[\w-]+\.)*(?:{host})"), re.compile(path), parameter.split())
    for host, path, parameter in (
        (r"google\.(?:com|de|co\.\w\w|com\.\w\w)", r"/url", "url q"),
        (r"bing\.com", r"/news/apiclick\.aspx", "url"),
        (r"duckduckgo\.com", r"/l/?", "uddg"),
        (r"(?:facebook|instagram)\.com", r"/(?:l\.php)?", "u"),
        (r"(?:out\.reddit|slack-redir|steamcommunity)\.(?:com|net)", r"/(?:link|linkfilter/?)?", "url u"),
        (r"linkedin\.com", r"/(?:safety/go|redir/redirect)", "url"),
        (r"t\.umblr\.com", r"/redirect", "z"),
        (r"vk\.com", r"/away\.php", "to"),
        (r"youtube\.com", r"/redirect", "q"),
        (r"link\.(?:zhihu|juejin)\.c(?:om|n)", r"/", "target"),
        (r"jianshu\.com", r"/go-wild", "url"),
        (r"c\.pc\.qq\.com", r"/(?:middlem|index|ios)\.html", "pfurl url"),
        (r"(?:t|weibo)\.(?:cn|com|c)", r"/sinaurl", "u url toasturl"),
        (r"safelinks\.protection\.outlook\.com", r"/.*", "url"),
        (r"(?:go\.skimresources|anrdoezrs)\.(?:com|net)", r"/.*", "url"),
    )
]
_AMP_HOST = re.compile(r"www\.google\.[a-z.]+|[\w.-]+\.cdn\.ampproject\.org")
_AMP_PATH = re.compile(r"(?:/amp|/(?:c|v|i|r))/s/(?P<rest>[^/]+\..+)")
_ARCHIVED = re.compile(r"/web/\d{4,14}(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}.+)", re.IGNORECASE)
_SAFE = ":@!$&'()*+,;=~-._"


def canonical(url: str) -> str:
    """The URL under which a page is known: for comparing, not for fetching.

    What is no http(s) URL is returned as it is, without surrounding white space.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        while inner := _wrapped(parts):  # shorter each time
            parts = urlsplit(url := inner)
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


def _wrapped(parts: SplitResult) -> str | None:
    """The address that a wrapper leads to, None for what is none."""
    host, query = (parts.hostname or "").lower(), f"?{parts.query}" if parts.query else ""
    if host == "web.archive.org" and (archived := _ARCHIVED.match(parts.path)):
        return re.sub(r"^(https?:)/+", r"\1//", archived["url"]) + query
    if _AMP_HOST.fullmatch(host) and (amp := _AMP_PATH.match(parts.path)):
        return f"https://{amp['rest']}{query}"
    if "http" not in query:
        return None
    for hosts, path, names in _WRAPPERS:
        if hosts.fullmatch(host) and path.fullmatch(parts.path):
            values = dict(parse_qsl(parts.query))
            found = (
                values[name] for name in names if values.get(name, "").startswith(("http://", "https://"))
            )
            return next(found, None)
    return None


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
