"""Recognises answers without content: challenges, refusals, error pages sent as 200, pages made by scripts.

They are reported, never evaded. The signs are those of the systems met in front of Chinese portals (WZWS,
Ruishu, Jiasule, C3VK, Aliyun) and of Cloudflare.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extract.decode import text_of
from crawler.extract.files import media_of
from crawler.types import Page, UnreadableError

_LONGEST = 8_000_000  # characters of a list
_STATUS = {
    401: "blocked: it wants a login (401)",
    403: "blocked: forbidden (403)",
    407: "blocked: it wants a proxy login (407)",
    412: "blocked: answered 412, the challenge of a firewall",
    451: "blocked: unavailable for legal reasons (451)",
    521: "blocked: answered 521, the challenge of a firewall",
    202: "blocked: answered 202, the challenge of a firewall",
}
_GONE = {410: "gone for good (410)", 404: "not found (404)"}
# What each system writes into its pages, and the cookies it sets.
_SYSTEMS = {
    "WZWS": (r"wzwsconfirm|wzws_(?:sessionid|cid)|wzwschallenge", r"wzws"),
    "Ruishu": (r"\$_ts\s*=|window\[['\"]\$_ts", None),
    "Jiasule": (r"__jsl_clearance", r"__jsl"),
    "C3VK": (r"C3VK=", r"C3VK="),
    "Aliyun": (r"acw_sc__v[23]", r"acw_(?:tc|sc)"),
    "Cloudflare": (r"cdn-cgi/challenge-platform|_cf_chl_opt", r"__cf_bm=|cf_chl"),
    "DataDome": (r"captcha-delivery\.com", r"datadome="),
}
_SIGNS = {name: re.compile(sign) for name, (sign, _) in _SYSTEMS.items()}
_COOKIES = {
    name: re.compile(rf"^(?:{cookie})", re.MULTILINE) for name, (_, cookie) in _SYSTEMS.items() if cookie
}
# Statuses that a challenge comes with; a page with another one is what it says.
_CHALLENGING = (200, 202, 403, 412, 503, 521)
_TITLES = re.compile(
    r"<title[^>]*>\s*(?:just a moment|attention required|access denied|请稍候|安全验证|访问验证|人机验证|"
    r"网站防火墙|您的访问被拒绝)",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"<title[^>]*>\s*(?:(?:error\s*)?404\b|(?:40[0-9]|50[0-9])\s+[a-z]|(?:页面|您访问的页面|文章|信息)(?:不存在|未找到|已删除)|"
    r"(?:page|seite) (?:not|nicht) (?:found|gefunden))",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b.*?(?:</script>|\Z)", re.IGNORECASE | re.DOTALL)
# Each of these ends at the end of the text at the latest, so that hostile pages cost linear time.
_STYLE = re.compile(
    r"<style\b.*?(?:</style>|\Z)|<!--.*?(?:-->|\Z)|<noscript\b.*?(?:</noscript>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_SHELL = 20_000  # characters: a challenge is a small page, an article may quote one
_TINY = 1_500
_WORDS = 400  # visible characters from which a page is content, whatever scripts a firewall put into it


def refusal(status: int) -> UnreadableError | None:
    """What an HTTP status alone says, or None if the body decides."""
    if status in _STATUS:
        return UnreadableError(_STATUS[status], "blocked")
    if status == 429:
        return UnreadableError("asked too often, it says (429)", "limited")
    if status in _GONE:
        return UnreadableError(_GONE[status], "gone" if status == 410 else "unreachable", lasting=True)
    if status == 200 or 203 <= status < 300:
        return None
    return UnreadableError(f"the server answered {status}", "unreachable")


def readable(page: Page, status: int, encoding: str | None = None) -> Page:
    """The page of an answer, decoded; `encoding` overrides what it says. Raises UnreadableError for refusals
    and challenges."""
    if wrong := refusal(status):
        raise wrong
    if encoding is None and media_of(page.body) is not None:
        raise UnreadableError("not a page: its first bytes are those of another kind of file", "layout")
    text = text_of(page, encoding)[:_LONGEST]
    if wrong := challenge(text):
        raise wrong
    return replace(page, text=text)


def challenge(text: str) -> UnreadableError | None:
    """What the text of a page says when it is a challenge or an error page in place of content."""
    if len(text) <= _SHELL and (_TITLES.search(text) or _signed(text)):
        return UnreadableError("blocked: a challenge page in place of the content", "blocked")
    if len(text) <= _TINY and _SCRIPT.search(text) and len(visible(text)) < 20:
        return UnreadableError("blocked: nothing but a script in place of the content", "blocked")
    if _LOST.search(text[:_SHELL]):
        return UnreadableError("not found: an error page in place of the content", lasting=True)
    return None


def challenge_of(body: bytes, status: int, cookies: str = "") -> str | None:
    """The name of the system whose challenge an answer is; None if it is none, or of an unknown system.

    `cookies` are the values of its Set-Cookie headers, one a line. A cookie alone proves nothing: firewalls
    set theirs on good pages too.
    """
    if status not in _CHALLENGING or len(body) > 3 * _SHELL:
        return None
    text = body.decode("utf-8", "replace")  # the signs are ASCII
    if len(text) > _SHELL:
        return None
    if name := _signed(text):
        return name
    if "<script" not in text.lower() or len(text) > 3 * _TINY or len(visible(text)) >= 100:
        return None
    return next((name for name, cookie in _COOKIES.items() if cookie.search(cookies)), None)


def _signed(text: str) -> str | None:
    signed = next((name for name, sign in _SIGNS.items() if sign.search(text)), None)
    return signed if signed and len(visible(text)) < _WORDS else None


def visible(text: str) -> str:
    """What a reader without JavaScript would see of a page, roughly: no scripts, styles, comments, tags."""
    return " ".join(_TAG.sub(" ", _STYLE.sub(" ", _SCRIPT.sub(" ", text))).split())


def needs_script(text: str) -> bool:
    """Whether a page is an empty frame that its scripts fill."""
    return "<script" in text.lower() and len(visible(text)) < 200
