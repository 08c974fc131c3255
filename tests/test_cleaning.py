"""Words of strangers are cleaned, cut and linked so that nothing misleads and no markup breaks."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cleaning import clean, safe_link
from bot.markup import Part, compose, cut, escape, line, units
from tests import tdlib

HOSTILE = st.text(st.characters(exclude_categories=()), max_size=400) | st.sampled_from(
    (
        "<b>",
        "</a>",
        "&amp;&lt",
        "AT&lt",
        '"><script>',
        "\u202eevil\u202c",
        "\u2066a\u2069",
        "a" + "\u0301" * 300,
        "\x00",
        "\ud800",
        "\u200b" * 50,
        "👨‍👩‍👧‍👦" * 1500,
        "&" * 5000,
        "漢" * 5000,
        "\u3164",
        "\U000e0041" * 9,
    )
)


@settings(max_examples=200)
@given(HOSTILE)
def test_cleaning_leaves_nothing_that_misleads(text: str) -> None:
    cleaned = clean(text)
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\x00\ufeff]", cleaned)
    assert not re.search("[\u0300-\u036f]{4}", cleaned)
    assert clean(cleaned) == cleaned


def test_honest_words_stay_as_they_are() -> None:
    honest = "Ürümqi & Xi’an <5 %> “数字人民币” 👨‍👩‍👧 é"
    assert clean(honest) == honest
    assert escape(honest) == "Ürümqi &amp; Xi’an &lt;5 %&gt; “数字人民币” 👨‍👩‍👧 é"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.example.org/a?b=1&c=2#d", "https://www.example.org/a?b=1&c=2#d"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("https://example.com/公告 1.html", "https://example.com/%E5%85%AC%E5%91%8A%201.html"),
        ("https://例子.测试/", "https://xn--fsqu00a.xn--0zwm56d/"),
        ('https://example.com/"><b>', "https://example.com/%22%3E%3Cb%3E"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("tg://resolve?domain=x", None),
        ("file:///etc/passwd", None),
        ("http://localhost/x", None),
        ("http://a@example.com/", None),
        ("http://127.0.0.1/x", None),
        ("http://2130706433/", None),
        ("http://0x7f.1/", None),
        ("http://[::1]/", None),
        ("http://example.com:99999/", None),
        ("http://example.com:x/", None),
        ("https://example..com/", None),
        ("https://" + "a" * 300 + ".com/", None),
        ("https://example.com/" + "a" * 2000, None),
        ("", None),
        ("http://[", None),
    ],
)
def test_only_public_looking_links_survive(url: str, link: str | None) -> None:
    assert safe_link(url) == link


@settings(max_examples=200)
@given(st.text(max_size=60), st.integers(0, 40))
def test_a_cut_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_cut_divides_no_sign() -> None:
    assert cut("ab👨‍👩‍👧cd", 6) == "ab…"
    assert cut("e\u0301e\u0301e\u0301", 4) == "e\u0301…"
    assert cut("one two three four", 12) == "one two…"


def test_elastic_parts_give_way_first() -> None:
    lines = [line("head"), line(Part("x" * 9000, elastic=True)), line("foot")]
    text = compose(lines).plain
    assert units(text) <= 4096
    assert text.startswith("head\nxxx")
    assert text.endswith("…\nfoot")
    assert units(text) > 4000


def test_rigid_parts_are_cut_at_the_end_and_markup_stays_whole() -> None:
    markup = compose([line(Part("<" * 3000, "b")), line(Part("&" * 3000, "i", "https://example.org/"))])
    assert tdlib.parse_html(markup.html)[0] == markup.plain
    assert units(markup.plain) <= 4096
    assert compose([]).plain == "…"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80), st.text(max_size=40))
@example("example.com", "/a'b\"c<d>&e?f=g&h#i%20%zz[]")
@example("例子.测试", "/公告")
def test_telegram_keeps_every_link_that_we_keep(host: str, path: str) -> None:
    link = safe_link(f"https://{host}{path}") or safe_link(f"https://www.example.org/{path}")
    if link is not None:
        shown, entities = tdlib.parse_html(compose([line(Part("words", link=link))]).html)
        assert shown == "words"
        assert [each["type"]["@type"] for each in entities] == ["textEntityTypeTextUrl"]
